namespace RerankFunctions.Tokenizers.Text;

/// <summary>Treatment of text that spells out a control token such as <c>&lt;/s&gt;</c> or <c>&lt;|im_end|&gt;</c>.</summary>
public enum TextMode
{
    /// <summary>
    /// Text of users: it never becomes a control id, however it is written; only what the vocabulary lacks becomes the unknown token's. The
    /// engine uses this mode.
    /// </summary>
    UserText,

    /// <summary>The rule of Hugging Face's library: added tokens in the text become their ids. For tests and templates.</summary>
    Parity,
}
