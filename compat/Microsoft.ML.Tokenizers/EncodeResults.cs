namespace Microsoft.ML.Tokenizers;

/// <summary>What an encoding gives.</summary>
public struct EncodeResults<T>
{
    /// <summary>The tokens.</summary>
    public IReadOnlyList<T> Tokens { get; set; }

    /// <summary>The normalized text, null where there is none.</summary>
    public string? NormalizedText { get; set; }

    /// <summary>UTF-16 units of the text that the tokens cover.</summary>
    public int CharsConsumed { get; set; }
}
