namespace RerankFunctions.Tokenizers.Pairs;

/// <summary>The part of a pair that is truncated when the pair is too long.</summary>
public enum TruncationStrategy
{
    /// <summary>The document, after the query was truncated to its own limit: FlagReranker's rule.</summary>
    OnlySecond,

    /// <summary>
    /// The longer part down to the other's length, then both alike: the rule of Hugging Face's library, sentence-transformers and
    /// text-embeddings-inference.
    /// </summary>
    LongestFirst,
}
