using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Caching;

/// <summary>What a cache holds of a scored pair.</summary>
/// <param name="Logit">The logit, finite.</param>
/// <param name="Tokens">Tokens of the pair, from 0 to <see cref="MaxTokens"/>.</param>
/// <param name="DocumentTruncated">Whether the document was cut to fit.</param>
/// <param name="QueryTruncated">Whether the query was cut to fit.</param>
internal readonly record struct CachedScore(float Logit, int Tokens, bool DocumentTruncated, bool QueryTruncated)
{
    /// <summary>Maximum of <see cref="Tokens"/>, far above what models read.</summary>
    public const int MaxTokens = (1 << 29) - 1;

    /// <summary>Returns the score without its document's index.</summary>
    public static CachedScore Of(PairScore score) => new(score.Logit, score.Tokens, score.DocumentTruncated, score.QueryTruncated);

    /// <summary>Returns the score as that of a document.</summary>
    public PairScore ToPair(int document) => new(document, Logit, Tokens, DocumentTruncated, QueryTruncated);

    /// <summary>Whether logit and tokens are in their ranges.</summary>
    public bool IsValid => float.IsFinite(Logit) && Tokens is >= 0 and <= MaxTokens;
}
