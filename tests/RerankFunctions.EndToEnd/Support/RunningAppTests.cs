namespace RerankFunctions.EndToEnd.Support;

/// <summary>Name of the collection whose tests share <see cref="RunningApp"/>.</summary>
[CollectionDefinition(Name)]
public sealed class RunningAppTests : ICollectionFixture<RunningApp>
{
    public const string Name = "one running app";
}
