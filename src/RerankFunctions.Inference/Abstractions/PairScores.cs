namespace RerankFunctions.Inference.Abstractions;

/// <summary>The scores of one request's pairs, in request order.</summary>
/// <param name="Logits">One logit a pair: the classifier's output, or yes − no of a causal model. Finite.</param>
/// <param name="TotalTokens">Tokens that went through the model, padding not counted.</param>
/// <param name="TruncatedDocuments">Indexes of documents that were cut to fit, ascending.</param>
/// <param name="QueryTruncated">Whether the query was cut to fit.</param>
public sealed record PairScores(
    IReadOnlyList<float> Logits,
    long TotalTokens,
    IReadOnlyList<int> TruncatedDocuments,
    bool QueryTruncated)
{
    /// <summary>The relevance score of a logit: the logistic function, in [0, 1].</summary>
    public static double Relevance(float logit) => 1.0 / (1.0 + Math.Exp(-logit));
}
