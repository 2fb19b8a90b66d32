namespace RerankFunctions.Batches.Starting;

/// <summary>The model that this deployment serves.</summary>
/// <param name="Name">Name by which requests call it.</param>
public sealed record ServedModel(string Name);
