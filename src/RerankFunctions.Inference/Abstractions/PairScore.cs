namespace RerankFunctions.Inference.Abstractions;

/// <summary>The score of one pair of a request; of a document in chunks, that of its best chunk.</summary>
/// <param name="Document">Index of the document in the request.</param>
/// <param name="Logit">The logit, finite.</param>
/// <param name="Tokens">Tokens of the pair, without padding; with chunks, of all their pairs.</param>
/// <param name="DocumentTruncated">Whether the document was cut to fit.</param>
/// <param name="QueryTruncated">Whether the query was cut to fit.</param>
/// <param name="BestChunk">The best chunk of the document; null where documents are not cut into chunks.</param>
public readonly record struct PairScore(
    int Document, float Logit, int Tokens, bool DocumentTruncated, bool QueryTruncated, TextRange? BestChunk = null);
