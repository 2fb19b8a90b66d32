namespace Microsoft.ML.Tokenizers;

/// <summary>How a text is encoded.</summary>
public struct EncodeSettings
{
    /// <summary>Settings without a limit of tokens.</summary>
    public EncodeSettings() => MaxTokenCount = int.MaxValue;

    /// <summary>Whether the normalizer applies.</summary>
    public bool ConsiderNormalization { get; set; }

    /// <summary>Whether the pre-tokenizer applies.</summary>
    public bool ConsiderPreTokenization { get; set; }

    /// <summary>Tokens to produce at most.</summary>
    public int MaxTokenCount { get; set; }
}
