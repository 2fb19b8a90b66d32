using System.Text;

namespace RerankFunctions.Fuzz.Mutations;

/// <summary>
/// Texts that grow by one rule, for the search for input whose cost grows faster than its size: code points of a few classes, in turn, in
/// blocks or at random, after a head.
/// </summary>
internal static class GrowthTexts
{
    // The first rows are combining marks, the most frequent cause: every third text has them.
    private const int MarkClasses = 5;

    // Each row is a class of code points or strings that some step of a tokenizer treats alike.
    private static readonly string[][] Classes =
    [
        ["\u0301", "\u0308", "\u0342", "\u064c", "\u05b0", "\u0e38", "\u302a", "\u1dce", "\u20d2"],
        ["\u0323", "\u0316", "\u031b", "\u0327", "\u0334", "\u0338", "\u0345", "\u035c", "\u0361"],
        ["\u0344", "\u0340", "\u0341", "\u0343", "\u0f71", "\u0f72", "\u0f73", "\u0f74", "\u0f75", "\u0f81"],
        ["\U0001D165", "\U0001D16E", "\U0001E94A", "\U00010A39", "\U00011133", "\U000110BA"],
        ["\u093c", "\u094d", "\u0951", "\u09bc", "\u09cd", "\u0dca", "\u3099", "\u309a"],
        ["\u09be", "\u09d7", "\u0b57", "\u0bbe", "\u0cc2", "\u0cd5", "\u0dcf", "\u102e", "\u1b35", "\U00011127", "\U0001133E", "\U000114B0"],
        ["\u09c7", "\u0b47", "\u0bc6", "\u0cc6", "\u0dd9", "\u1025", "\u1b05", "\U00011131", "\U00011347", "\U000114B9"],
        ["\U00016D63", "\U00016D67", "\U000113C2", "\U000113B8", "\U00011382", "\U000105D2", "\u1acf", "\u1add", "\u1ac1", "\u1df9"],
        ["\u1100", "\u1112", "\ua960", "\ud7fb"],
        ["\u1161", "\u1175", "\ud7b0"],
        ["\u11a8", "\u11c2", "\uac00", "\uac01", "\ud7a3"],
        ["\u200d", "\u200c", "\ufe0f", "\u20e3", "\U0001F3FD"],
        ["\U0001F468", "\u2764", "\u00a9", "\U0001F600", "\U0001F1E9", "\U0001F1EA"],
        ["\u0915", "\u0937", "\u0958", "\u0995", "\u0c15"],
        ["\u0600", "\u06dd", "\u0d4e", "\U000110BD"],
        ["\u00bd", "\ufb01", "\uff21", "\uff0e", "\ufdfa", "\u2121", "\uf900", "\U0002F800", "\u1e9b"],
        ["\u1ebf", "\u01fb", "\u00e9", "\u1e69", "\u212b", "\U0001D15E", "\u0130", "\u1e9e", "\u01c5"],
        [" ", "  ", "\t", "\n", "\r\n", "\r", "\u00a0", "\u2003", "\u2000", "\u3000", "\u0085", "\u2028"],
        ["a", "e", "Z", "s", "no", "the", "t"],
        ["\u4e2d", "\u6587", "\u3042", "\u0e01", "\u0430", "\u03a3", "\u05d0"],
        ["0", "1", "9", "\u0663", "\u00b2", "\u2167"],
        [".", ",", "'", "\"", "-", "_", "=", "\u2019", "\u3002", "'s", "'l", "'\u017f"],
        ["<", "</", "<|", "<|im_star", "<mas", "[", "[MAS", "|||ADDRES", "|", "<th"],
        ["<s>", "</s>", "<mask>", "<unk>", "<pad>", "[MASK]", "[SEP]", "<|im_end|>", "<think>", "|||ADDRESS|||"],
        ["\u2581", "##", "\u0120", "\ufffd", "\ufffe", "\uffff", "\ud800", "\udc00", "\0", "\u0007", "\u200b", "\u00ad", "\ufeff"],
    ];

    /// <summary>Creates a random rule.</summary>
    /// <returns>A function that creates a text of about a given number of UTF-16 units.</returns>
    public static Func<int, string> Next(Random random)
    {
        var head = random.Next(2) == 0 ? "" : Item(random);
        var items = new string[random.Next(1, 5)];
        var row = Classes[random.Next(random.Next(3) == 0 ? MarkClasses : Classes.Length)];
        for (var i = 0; i < items.Length; i++)
        {
            // Mostly items of one or two classes.
            row = random.Next(3) == 0 ? Classes[random.Next(Classes.Length)] : row;
            items[i] = random.Next(8) == 0 ? Any(random) : row[random.Next(row.Length)];
        }

        var seed = random.Next();
        return random.Next(4) switch
        {
            0 => units => Shuffled(head, items, units, new Random(seed)),
            1 => units => InBlocks(head, items, units),
            _ => units => InTurn(head, items, units),
        };
    }

    private static string Item(Random random)
    {
        var row = Classes[random.Next(Classes.Length)];
        return row[random.Next(row.Length)];
    }

    private static string Any(Random random) => char.ConvertFromUtf32(random.Next(2) == 0 ? random.Next(0xD800) : random.Next(0x10000, 0x20000));

    private static string InTurn(string head, string[] items, int units)
    {
        var text = new StringBuilder(head);
        for (var i = 0; text.Length < units; i++)
        {
            text.Append(items[i % items.Length]);
        }

        return text.ToString();
    }

    private static string InBlocks(string head, string[] items, int units)
    {
        var text = new StringBuilder(head);
        for (var i = 0; i < items.Length; i++)
        {
            for (var end = (long)units * (i + 1) / items.Length; text.Length < end;)
            {
                text.Append(items[i]);
            }
        }

        return text.ToString();
    }

    private static string Shuffled(string head, string[] items, int units, Random random)
    {
        var text = new StringBuilder(head);
        while (text.Length < units)
        {
            text.Append(items[random.Next(items.Length)]);
        }

        return text.ToString();
    }
}
