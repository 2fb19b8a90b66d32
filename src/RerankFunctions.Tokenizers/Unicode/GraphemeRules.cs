using System.Buffers;
using System.Globalization;
using System.Text;

namespace RerankFunctions.Tokenizers.Unicode;

/// <summary>The roles of UTF-16 units in extended grapheme clusters, for a fast path through plain text.</summary>
internal static class GraphemeRules
{
    /// <summary>The unit may belong to the cluster of the previous one.</summary>
    public const byte JoinsPrevious = 1;

    /// <summary>The next unit may belong to its cluster without being a joining one: surrogates, carriage return, jamo, prepended marks.</summary>
    public const byte OpenEnded = 2;

    private static readonly Lazy<byte[]> AllUnits = new(Compute);

    /// <summary>Returns a copy of the flags per UTF-16 unit; 0 for a unit that is a cluster of its own unless the next one joins it.</summary>
    public static byte[] Flags() => (byte[])AllUnits.Value.Clone();

    /// <summary>Returns whether the units on both sides of a position prove that a cluster starts there.</summary>
    public static bool SurelyStarts(ReadOnlySpan<byte> flags, ReadOnlySpan<char> text, int position) =>
        position == 0
        || ((flags[text[position]] & JoinsPrevious) == 0
            && !char.IsSurrogate(text[position])
            && (flags[text[position - 1]] & (JoinsPrevious | OpenEnded)) == 0);

    /// <summary>Returns the length in UTF-16 units of the cluster at the start of a text, which is not empty.</summary>
    /// <remarks>UAX #29 of Unicode 17, which Hugging Face's library follows: .NET's rules plus the ones that they lack.</remarks>
    public static int ClusterLength(ReadOnlySpan<char> text)
    {
        var length = StringInfo.GetNextTextElementLength(text);
        while (length < text.Length && (StartsWithNewerMark(text[length..]) ? TakesMarks(text) : ContinuesConjunct(text, length)))
        {
            length += StringInfo.GetNextTextElementLength(text[length..]);
        }

        return length;
    }

    private static bool StartsWithNewerMark(ReadOnlySpan<char> text) =>
        text[0] >= '\u1ACF' && Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && GraphemeTables.IsNewerMark(rune.Value);

    // Controls end their cluster. Whether an acute accent joins the first character tells.
    private static bool TakesMarks(ReadOnlySpan<char> text)
    {
        var first = char.IsHighSurrogate(text[0]) ? 2 : 1;
        ReadOnlySpan<char> marked = [text[0], first == 2 ? text[1] : '\u0301', '\u0301'];
        return StringInfo.GetNextTextElementLength(marked[..(first + 1)]) > first;
    }

    // GB9c: consonants joined by a virama.
    private static bool ContinuesConjunct(ReadOnlySpan<char> text, int position)
    {
        if (!GraphemeTables.IsConjunctConsonant(text[position]))
        {
            return false;
        }

        var cluster = text[..position];
        var linked = false;
        while (Rune.DecodeLastFromUtf16(cluster, out var rune, out var length) == OperationStatus.Done)
        {
            if (rune.IsBmp && GraphemeTables.IsConjunctConsonant((char)rune.Value))
            {
                return linked;
            }

            if (GraphemeTables.IsConjunctLinker(rune.Value))
            {
                linked = true;
            }
            else if (!GraphemeTables.IsConjunctExtender(rune))
            {
                return false;
            }

            cluster = cluster[..^length];
        }

        return false;
    }

    private static byte[] Compute()
    {
        var flags = new byte[char.MaxValue + 1];
        Span<char> joined = stackalloc char[2];
        for (var i = 0; i < flags.Length; i++)
        {
            var unit = (char)i;
            if (char.IsSurrogate(unit) || unit is '\r')
            {
                flags[i] = OpenEnded;
            }
            else if (unit is (>= '\u1100' and <= '\u11FF') or (>= '\uA960' and <= '\uA97F') or (>= '\uD7B0' and <= '\uD7FF'))
            {
                flags[i] = OpenEnded | JoinsPrevious;
            }
            else if (unit >= 0x80)
            {
                (joined[0], joined[1]) = ('a', unit);
                flags[i] |= ClusterLength(joined) == 2 ? JoinsPrevious : (byte)0;
                (joined[0], joined[1]) = (unit, 'a');
                flags[i] |= ClusterLength(joined) == 2 ? OpenEnded : (byte)0;
            }
        }

        return flags;
    }
}
