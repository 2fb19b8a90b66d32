namespace RerankFunctions.Inference.Abstractions;

/// <summary>What a process knows of a model at one moment.</summary>
/// <param name="Status">Whether the process can score on it.</param>
/// <param name="Description">The model, once it has been read from its folder; else null.</param>
/// <param name="Failure">Why the latest try to load it failed; null when none has failed since.</param>
public sealed record ModelState(ModelStatus Status, ModelDescription? Description = null, ModelFailure? Failure = null);
