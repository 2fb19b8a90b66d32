namespace RerankFunctions.Tokenizers.Unicode;

/// <summary>Classes of a code point in Hugging Face's library. The flags are named after the sections of UnicodeClasses.txt.</summary>
[Flags]
internal enum CodePointClasses : ushort
{
    None = 0,

    /// <summary><c>\p{L}</c> of its regular expressions.</summary>
    Letter = 1,

    /// <summary><c>\p{N}</c> of its regular expressions.</summary>
    Number = 1 << 1,

    /// <summary><c>\s</c> of its regular expressions, and Rust's <c>char::is_whitespace</c>.</summary>
    WhiteSpace = 1 << 2,

    /// <summary>A canonical combining class other than 0.</summary>
    NonStarter = 1 << 3,

    /// <summary>NFC may change a text with it; a text without any is in NFC.</summary>
    Recomposable = 1 << 4,

    /// <summary>Has a canonical decomposition.</summary>
    Decomposable = 1 << 5,

    /// <summary>Newer than the library's normalization tables, which leave it unchanged.</summary>
    Newer = 1 << 6,

    /// <summary>Deleted by BertNormalizer's clean_text.</summary>
    BertRemoved = 1 << 7,

    /// <summary>Surrounded with spaces by BertNormalizer's handle_chinese_chars.</summary>
    BertIdeograph = 1 << 8,

    /// <summary>Deleted by BertNormalizer's strip_accents.</summary>
    BertMark = 1 << 9,

    /// <summary>A separate word to BertPreTokenizer.</summary>
    BertPunctuation = 1 << 10,

    /// <summary>Its lower case differs from itself.</summary>
    Lowercase = 1 << 11,
}
