using RerankFunctions.Storage;

namespace RerankFunctions.CompatHost.Tests;

[CollectionDefinition(Name)]
public sealed class OnAzurite : ICollectionFixture<Azurite>
{
    public const string Name = "Azurite";
}
