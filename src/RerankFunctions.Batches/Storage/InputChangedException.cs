namespace RerankFunctions.Batches.Storage;

/// <summary>
/// The version of an input that a batch reads does not exist any more. The batch fails.
/// </summary>
public sealed class InputChangedException() : Exception("The input was overwritten or deleted.");
