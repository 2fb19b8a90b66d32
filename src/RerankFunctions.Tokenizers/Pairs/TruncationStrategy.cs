namespace RerankFunctions.Tokenizers.Pairs;

/// <summary>Which part of a pair is cut when the pair is too long.</summary>
public enum TruncationStrategy
{
    /// <summary>The document, after the query was cut to its own limit. FlagReranker's rule with its limit of three quarters.</summary>
    OnlySecond,

    /// <summary>The longer part, down to the other's length; then both alike. The rule of Hugging Face's library, sentence-transformers and text-embeddings-inference.</summary>
    LongestFirst,
}
