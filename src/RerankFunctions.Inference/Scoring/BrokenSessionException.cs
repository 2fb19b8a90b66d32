namespace RerankFunctions.Inference.Scoring;

/// <summary>
/// No run of a model succeeds any more. The jobs are not at fault: they are scored again once the model is loaded again.
/// </summary>
internal sealed class BrokenSessionException() : Exception("No run of the model succeeds any more.");
