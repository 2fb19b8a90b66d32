namespace RerankFunctions.Contracts;

/// <summary>Tokens of an answer.</summary>
/// <param name="InputTokens">Tokens that went through the model.</param>
/// <param name="OutputTokens">0: a reranker generates nothing.</param>
public sealed record TokenCount(long InputTokens, long OutputTokens);
