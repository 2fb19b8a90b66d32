namespace RerankFunctions.Inference.Abstractions;

/// <summary>The scores of one request's pairs, in request order.</summary>
/// <param name="Logits">One finite logit per pair: the classifier's output, or yes − no of a causal model.</param>
/// <param name="TotalTokens">Tokens of all pairs, without padding.</param>
/// <param name="TruncatedDocuments">Indexes of documents that were cut to fit, ascending.</param>
/// <param name="QueryTruncated">Whether the query was cut to fit.</param>
public sealed record PairScores(
    IReadOnlyList<float> Logits,
    long TotalTokens,
    IReadOnlyList<int> TruncatedDocuments,
    bool QueryTruncated)
{
    /// <summary>
    /// Those of <see cref="TotalTokens"/> that did not go through the model: tokens of pairs whose score came from a cache or from an
    /// equal pair in flight.
    /// </summary>
    public long CachedTokens { get; init; }

    /// <summary>The best chunk of each document, which gives its logit; null where documents are not cut into chunks.</summary>
    public IReadOnlyList<TextRange>? BestChunks { get; init; }

    /// <summary>Returns the relevance score of a logit: the logistic function, in [0, 1].</summary>
    public static double Relevance(float logit) => 1.0 / (1.0 + Math.Exp(-logit));
}
