namespace RerankFunctions.Tokenizers;

/// <summary>What becomes of text that spells out a control token such as <c>&lt;/s&gt;</c> or <c>&lt;|im_end|&gt;</c>.</summary>
public enum TextMode
{
    /// <summary>Text of users: no control id can come out of it, however it is written. What the engine uses.</summary>
    UserText,

    /// <summary>As Hugging Face's library encodes raw text: added tokens found in the text become their ids. For tests and for templates.</summary>
    Parity,
}
