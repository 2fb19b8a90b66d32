namespace RerankFunctions.Tokenizers.Unigram;

/// <summary>Where Metaspace puts a mark before a text.</summary>
internal enum PrependScheme
{
    /// <summary>Before every stretch of text.</summary>
    Always,

    /// <summary>Before the stretch that starts the text only.</summary>
    First,

    /// <summary>Nowhere.</summary>
    Never,
}
