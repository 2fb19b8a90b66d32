namespace RerankFunctions.Tokenizers.Unicode;

/// <summary>Reads UTF-16 by code points.</summary>
internal static class Utf16
{
    /// <summary>Returns the code point that starts at an index; U+FFFD for a lone surrogate.</summary>
    /// <param name="text">UTF-16 text.</param>
    /// <param name="index">Index in the text.</param>
    /// <param name="length">UTF-16 units read: 1 or 2.</param>
    public static int CodePointAt(ReadOnlySpan<char> text, int index, out int length)
    {
        var unit = text[index];
        length = 1;
        if (!char.IsSurrogate(unit))
        {
            return unit;
        }

        if (char.IsHighSurrogate(unit) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
        {
            length = 2;
            return char.ConvertToUtf32(unit, text[index + 1]);
        }

        return 0xFFFD;
    }
}
