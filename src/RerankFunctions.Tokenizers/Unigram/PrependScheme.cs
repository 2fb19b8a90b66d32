namespace RerankFunctions.Tokenizers.Unigram;

/// <summary>The texts that Metaspace starts with a mark.</summary>
internal enum PrependScheme
{
    /// <summary>Every stretch of text.</summary>
    Always,

    /// <summary>Only the stretch at the start of the text.</summary>
    First,

    /// <summary>No stretch.</summary>
    Never,
}
