namespace RerankFunctions.Batches.Scoring;

/// <summary>The stored text of a chunk is missing, or has other lines than when it was cut.</summary>
internal sealed class LostChunkException() : Exception("The stored text of a chunk is missing or has other lines.");
