namespace RerankFunctions.Inference.Abstractions;

/// <summary>What a process knows of its model at one moment.</summary>
/// <param name="Status">Whether the process can score.</param>
/// <param name="Description">The model, once it is ready; else null.</param>
/// <param name="Failure">Why the latest try to load it failed; null when none has failed since.</param>
public sealed record ModelState(ModelStatus Status, ModelDescription? Description = null, ModelFailure? Failure = null);
