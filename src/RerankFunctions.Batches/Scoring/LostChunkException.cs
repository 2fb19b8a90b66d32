namespace RerankFunctions.Batches.Scoring;

/// <summary>
/// The stored text of a chunk is missing, or has other lines than when it was cut. The batch fails, because another attempt would find the same.
/// </summary>
internal sealed class LostChunkException() : Exception("The stored text of a chunk is missing or has other lines.");
