namespace RerankFunctions.Inference.Abstractions;

/// <summary>The score of one pair of a request.</summary>
/// <param name="Document">Index of the document in the request.</param>
/// <param name="Logit">The logit, finite.</param>
/// <param name="Tokens">Tokens of the pair, without padding.</param>
/// <param name="DocumentTruncated">Whether the document was cut to fit.</param>
/// <param name="QueryTruncated">Whether the query was cut to fit.</param>
public readonly record struct PairScore(int Document, float Logit, int Tokens, bool DocumentTruncated, bool QueryTruncated);
