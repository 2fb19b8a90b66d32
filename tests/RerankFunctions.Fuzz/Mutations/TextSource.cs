using System.Text;

namespace RerankFunctions.Fuzz.Mutations;

/// <summary>Texts as no writer writes them: random bytes, lone surrogates, control tokens, marks without letters, long runs.</summary>
internal static class TextSource
{
    private static readonly string[] Pieces =
    [
        "<s>", "</s>", "<unk>", "<mask>", "<pad>", "[CLS]", "[SEP]", "[UNK]", "[MASK]", "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<think>",
        "▁", "##", "Ġ", " ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u2003", "\u3000", "\u200b", "\u200d", "\ufeff", "\0", "\u0001", "\u007f", "\u0085",
        "e\u0301", "\u0301", "\u0345", "ﬁ", "ẞ", "İ", "ı", "Σς", "각", "\u1100\u1161", "中文", "ไทย", "한국어", "العربية", "ஸ்ரீ",
        "👩‍👩‍👧", "🇩🇪", "\U0010ffff", "\ud800", "\udc00",
        "\ufffd", "\uffff", "1234567890", "'ll", "'S", "don't", "a", "Z", "0", ".", "...", "…", "١٢٣", "½", "Ⅷ", "²",
    ];

    public static string Next(Random random)
    {
        var length = random.Next(100) switch
        {
            < 5 => 0,
            < 80 => random.Next(1, 60),
            < 98 => random.Next(60, 2_000),
            _ => random.Next(2_000, 60_000),
        };
        return random.Next(4) switch
        {
            0 => Bytes(random, length),
            1 => Units(random, length),
            2 => Run(random, length),
            _ => Mixed(random, length),
        };
    }

    private static string Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return random.Next(2) == 0 ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes);
    }

    private static string Units(Random random, int length) =>
        string.Create(length, random, static (units, random) =>
        {
            var range = random.Next(1, 0x10000);
            for (var i = 0; i < units.Length; i++)
            {
                units[i] = (char)random.Next(range);
            }
        });

    private static string Run(Random random, int length)
    {
        var piece = Pieces[random.Next(Pieces.Length)];
        return new StringBuilder().Insert(0, piece, (length / piece.Length) + 1).ToString();
    }

    private static string Mixed(Random random, int length)
    {
        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append(random.Next(3) == 0 ? ((char)random.Next(32, 127)).ToString() : Pieces[random.Next(Pieces.Length)]);
        }

        return text.ToString();
    }
}
