namespace RerankFunctions.Batches.Starting;

/// <summary>
/// The model that this deployment serves. A batch keeps its name.
/// </summary>
/// <param name="Name">Name by which requests call it.</param>
public sealed record ServedModel(string Name);
