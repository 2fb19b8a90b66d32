using System.Buffers;
using System.Globalization;
using System.Text;

namespace RerankFunctions.Tokenizers.Added;

/// <summary>
/// Finds added tokens in a text by the leftmost-longest rule of Hugging Face's library, with its rules for white space and whole words.
/// </summary>
internal sealed class AddedTokenMatcher
{
    // A trie: each node by its parent and the unit between them; the root is 0. A single number is a faster key than a pair.
    private readonly Dictionary<long, int> _next = [];
    private readonly Dictionary<int, AddedToken> _tokens = [];
    private readonly SearchValues<char> _firstUnits;

    /// <summary>Creates a matcher.</summary>
    /// <param name="tokens">Tokens, each with the spelling to find, which is not empty and not that of another.</param>
    public AddedTokenMatcher(IEnumerable<(AddedToken Token, string Spelling)> tokens)
    {
        var firstUnits = new HashSet<char>();
        foreach (var (token, spelling) in tokens)
        {
            firstUnits.Add(spelling[0]);
            var node = 0;
            foreach (var unit in spelling)
            {
                if (!_next.TryGetValue(Step(node, unit), out var following))
                {
                    _next.Add(Step(node, unit), following = _next.Count + 1);
                }

                node = following;
            }

            _tokens.Add(node, token);
        }

        _firstUnits = SearchValues.Create([.. firstUnits]);
        IsEmpty = firstUnits.Count == 0;
    }

    /// <summary>Whether there is no token to find.</summary>
    public bool IsEmpty { get; }

    /// <summary>Finds the next token.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="scan">Where the search starts; moved behind the match.</param>
    /// <param name="taken">End of the previous match with its white space. A match takes no white space before this position.</param>
    /// <param name="match">The match.</param>
    public bool TryFind(ReadOnlySpan<char> text, ref int scan, int taken, out AddedTokenMatch match)
    {
        while (scan < text.Length)
        {
            var hit = text[scan..].IndexOfAny(_firstUnits);
            if (hit < 0)
            {
                break;
            }

            var start = scan + hit;
            if (Longest(text[start..], out var length) is not { } token)
            {
                scan = start + 1;
                continue;
            }

            var end = start + length;
            scan = end;
            if (token.SingleWord && (EndsWithWord(text[..start]) || StartsWithWord(text[end..])))
            {
                continue;
            }

            if (token.LeftStrip)
            {
                start = taken + text[Math.Min(taken, start)..start].TrimEnd().Length;
            }

            if (token.RightStrip)
            {
                // Up to the end of the previous match there is nothing but white space: no need to read it again.
                var from = Math.Max(end, taken);
                end = text.Length - text[from..].TrimStart().Length;
            }

            match = new AddedTokenMatch(token.Id, start, end);
            return true;
        }

        scan = text.Length;
        match = default;
        return false;
    }

    private AddedToken? Longest(ReadOnlySpan<char> text, out int length)
    {
        AddedToken? longest = null;
        length = 0;
        var node = 0;
        for (var i = 0; i < text.Length && _next.TryGetValue(Step(node, text[i]), out node); i++)
        {
            if (_tokens.TryGetValue(node, out var token))
            {
                longest = token;
                length = i + 1;
            }
        }

        return longest;
    }

    private static long Step(int node, char unit) => ((long)node << 16) | unit;

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

    private static bool StartsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

    // \w of Rust's regex library (UTS #18, annex C): alphabetic, marks, decimal digits, connector punctuation, join controls.
    private static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation => true,
        UnicodeCategory.Format => rune.Value is 0x200C or 0x200D,
        UnicodeCategory.OtherSymbol => rune.Value is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149)
            or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189),
        _ => false,
    };
}
