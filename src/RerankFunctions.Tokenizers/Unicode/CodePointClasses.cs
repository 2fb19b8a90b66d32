namespace RerankFunctions.Tokenizers.Unicode;

/// <summary>What Hugging Face's library takes a code point for; the flags name the sections of UnicodeClasses.txt.</summary>
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

    /// <summary>Younger than the library's normalization tables: left alone by it, whatever today's Unicode does with it.</summary>
    Newer = 1 << 6,

    /// <summary>Deleted by BertNormalizer's clean_text.</summary>
    BertRemoved = 1 << 7,

    /// <summary>Set between spaces by BertNormalizer's handle_chinese_chars.</summary>
    BertIdeograph = 1 << 8,

    /// <summary>Deleted by BertNormalizer's strip_accents.</summary>
    BertMark = 1 << 9,

    /// <summary>A word of its own for BertPreTokenizer.</summary>
    BertPunctuation = 1 << 10,

    /// <summary>Has another lower case than itself.</summary>
    Lowercase = 1 << 11,
}
