namespace RerankFunctions.Tokenizers.Bpe;

/// <summary>
/// The alphabet in which byte-level vocabularies spell bytes: a printable byte is its Latin-1 character, the others are numbered
/// from U+0100 (openai/gpt-2, encoder.py, <c>bytes_to_unicode</c>).
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = new char[256];
    private static readonly short[] Bytes = new short[0x144];

    static ByteAlphabet()
    {
        Array.Fill(Bytes, (short)-1);
        var next = 0x100;
        for (var value = 0; value < 256; value++)
        {
            var printable = value is (>= 0x21 and <= 0x7E) or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            Characters[value] = (char)(printable ? value : next++);
            Bytes[Characters[value]] = (short)value;
        }
    }

    /// <summary>Spells bytes.</summary>
    public static string Spell(ReadOnlySpan<byte> bytes) =>
        string.Create(bytes.Length, bytes, static (text, source) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = Characters[source[i]];
            }
        });

    /// <summary>Reads the bytes that a text spells.</summary>
    /// <param name="text">A token of the vocabulary.</param>
    /// <param name="bytes">Room for one byte per UTF-16 unit of the text.</param>
    /// <returns>False if a character is outside the alphabet.</returns>
    public static bool TryRead(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] >= Bytes.Length || Bytes[text[i]] is not (>= 0 and var value))
            {
                return false;
            }

            bytes[i] = (byte)value;
        }

        return true;
    }
}
