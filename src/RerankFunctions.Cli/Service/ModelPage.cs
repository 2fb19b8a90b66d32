namespace RerankFunctions.Cli.Service;

/// <summary>The models of a service.</summary>
/// <param name="Data">The models.</param>
internal sealed record ModelPage(IReadOnlyList<ModelObject> Data);

/// <summary>A model of a service.</summary>
/// <param name="Id">Name by which requests call it.</param>
internal sealed record ModelObject(string Id);
