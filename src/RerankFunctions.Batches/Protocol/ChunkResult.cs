namespace RerankFunctions.Batches.Protocol;

/// <summary>What an attempt at a chunk has written.</summary>
/// <param name="Completed">Lines with an answer.</param>
/// <param name="Failed">Lines with an error.</param>
/// <param name="Tokens">Tokens of all pairs.</param>
/// <param name="CachedTokens">Those of them whose scores were known.</param>
public sealed record ChunkResult(int Completed, int Failed, long Tokens, long CachedTokens);
