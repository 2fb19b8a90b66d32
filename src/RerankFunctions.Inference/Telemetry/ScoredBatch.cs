namespace RerankFunctions.Inference.Telemetry;

/// <summary>A run that gave logits.</summary>
/// <param name="Rows">Number of pairs.</param>
/// <param name="Scored">Those with a finite logit.</param>
/// <param name="InFlight">Number of pairs that are equal to one of them and were not run.</param>
/// <param name="Tokens">Number of tokens of the pairs, without padding and shared prefixes.</param>
/// <param name="Cells">Rows × longest.</param>
/// <param name="Limit">The limit of cells.</param>
internal readonly record struct ScoredBatch(int Rows, int Scored, int InFlight, long Tokens, int Cells, int Limit);
