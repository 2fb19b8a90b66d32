using System.Text;
using RerankFunctions.Tokenizers.Text;
using RerankFunctions.Tokenizers.Unicode;

namespace RerankFunctions.Tokenizers.WordPiece;

/// <summary>
/// BertNormalizer as a table from code point to text, created once from the settings. Cleaning, spaces around ideographs, decomposition,
/// marks and lower case act on single code points. Only the order of marks that stay depends on others; it is established first.
/// </summary>
internal sealed class BertNormalizer
{
    // An entry is 0 for a code point that does not change; otherwise flags, and length and start of its text.
    private const int Mapped = 1;
    private const int Padded = 2;
    private const int Ordered = 4;
    private const int LengthShift = 3;
    private const int LengthMask = 31;
    private const int StartShift = 8;

    private readonly BertSettings _settings;
    private readonly ScratchPool<NormalizedText> _scratch = new(static () => new NormalizedText());
    private readonly ushort[] _pageStarts = new ushort[CodePointTable.CodePoints >> 8];
    private readonly int[] _pages;
    private readonly char[] _texts;
    private readonly int _loneSurrogate;

    /// <summary>Creates the table.</summary>
    public BertNormalizer(BertSettings settings)
    {
        _settings = settings;
        var pages = new List<int>(new int[256]);
        var texts = new List<char>();
        Span<int> page = stackalloc int[256];
        for (var first = 0; first < CodePointTable.CodePoints; first += 256)
        {
            for (var i = 0; i < 256; i++)
            {
                page[i] = MakeEntry(first + i, texts);
            }

            if (page.ContainsAnyExcept(0))
            {
                _pageStarts[first >> 8] = (ushort)(pages.Count >> 8);
                pages.AddRange(page);
            }
        }

        _loneSurrogate = Mapped | (1 << LengthShift) | (texts.Count << StartShift);
        texts.Add('\uFFFD');
        (_pages, _texts) = ([.. pages], [.. texts]);
    }

    /// <summary>Finds a position between two words where a raw text can be cut: behind a code point that stays as it is, before one that ends a word.</summary>
    /// <param name="raw">The text.</param>
    /// <param name="from">First position to consider, larger than 0.</param>
    /// <returns>The position, or the length of the text if there is none.</returns>
    public int FindCut(ReadOnlySpan<char> raw, int from)
    {
        const CodePointClasses Changing = CodePointClasses.BertRemoved | CodePointClasses.BertMark | CodePointClasses.NonStarter
            | CodePointClasses.Decomposable | CodePointClasses.Lowercase | CodePointClasses.Newer;
        const CodePointClasses Separating = CodePointClasses.WhiteSpace | CodePointClasses.BertIdeograph;
        var wordEnds = CodePointClasses.WhiteSpace | CodePointClasses.BertPunctuation
            | (_settings.HandleChineseChars ? CodePointClasses.BertIdeograph : CodePointClasses.None);
        var positions = new StablePositions(raw, from, Changing);
        while (positions.MoveNext())
        {
            if ((positions.Left & Separating) == 0 && (positions.Right & wordEnds) != 0)
            {
                return positions.Position;
            }
        }

        return raw.Length;
    }

    /// <summary>Appends the normalized text.</summary>
    /// <returns>False if the text does not change; nothing is appended then.</returns>
    public bool Normalize(ReadOnlySpan<char> raw, NormalizedText destination)
    {
        var copied = 0;
        for (var i = 0; i < raw.Length;)
        {
            var entry = EntryAt(raw, i, out var length);
            if ((entry & Ordered) != 0)
            {
                destination.Clear(destination.Aligned);
                NormalizeInOrder(raw, destination);
                return true;
            }

            if (entry != 0)
            {
                destination.AppendUnchanged(raw[copied..i], copied);
                Append(entry, raw.Slice(i, length), i, i + length, destination);
                copied = i + length;
            }

            i += length;
        }

        if (copied == 0)
        {
            return false;
        }

        destination.AppendUnchanged(raw[copied..], copied);
        return true;
    }

    // A mark that stays can change its position among other marks when the text is decomposed: so the whole text comes first, then its code points.
    private void NormalizeInOrder(ReadOnlySpan<char> raw, NormalizedText destination)
    {
        var clean = _scratch.Rent();
        var decomposed = _scratch.Rent();
        try
        {
            clean.Clear(aligned: true);
            decomposed.Clear(aligned: true);
            Clean(raw, clean);
            var changed = CanonicalNormalizer.Decompose(clean.Units, decomposed);
            var text = changed ? decomposed.Units : clean.Units;
            for (var i = 0; i < text.Length;)
            {
                var entry = EntryAt(text, i, out var length);
                var place = changed ? decomposed.Starts[i] : i;
                Append(entry, text.Slice(i, length), clean.Starts[place], clean.Ends[place], destination);
                i += length;
            }
        }
        finally
        {
            _scratch.Return(clean);
            _scratch.Return(decomposed);
        }
    }

    private void Clean(ReadOnlySpan<char> raw, NormalizedText clean)
    {
        for (var i = 0; i < raw.Length;)
        {
            var codePoint = Utf16.CodePointAt(raw, i, out var length);
            if (!_settings.CleanText || !IsRemoved(codePoint))
            {
                clean.AppendUnchanged(raw.Slice(i, length), i);
            }

            i += length;
        }
    }

    private void Append(int entry, ReadOnlySpan<char> source, int start, int end, NormalizedText destination)
    {
        if ((entry & Padded) != 0)
        {
            destination.Append(' ', start, end);
        }

        destination.Append(
            (entry & Mapped) != 0 ? _texts.AsSpan(entry >> StartShift, (entry >> LengthShift) & LengthMask) : source, start, end);
        if ((entry & Padded) != 0)
        {
            destination.Append(' ', start, end);
        }
    }

    private int EntryAt(ReadOnlySpan<char> text, int index, out int length)
    {
        var codePoint = Utf16.CodePointAt(text, index, out length);
        var entry = _pages[(_pageStarts[codePoint >> 8] << 8) | (codePoint & 0xFF)];
        return entry == 0 && length == 1 && char.IsSurrogate(text[index]) ? _loneSurrogate : entry;
    }

    private int MakeEntry(int codePoint, List<char> texts)
    {
        const CodePointClasses Changing = CodePointClasses.BertRemoved | CodePointClasses.WhiteSpace | CodePointClasses.BertIdeograph
            | CodePointClasses.BertMark | CodePointClasses.NonStarter | CodePointClasses.Decomposable | CodePointClasses.Lowercase;
        var classes = CodePointTable.ClassesOf(codePoint);
        if ((classes & Changing) == 0)
        {
            return 0;
        }

        var flags = _settings.HandleChineseChars && (classes & CodePointClasses.BertIdeograph) != 0 ? Padded : 0;
        if (_settings.StripAccents && (classes & (CodePointClasses.NonStarter | CodePointClasses.BertMark)) == CodePointClasses.NonStarter)
        {
            flags |= Ordered;
        }

        if ((classes & Changing) == CodePointClasses.BertIdeograph)
        {
            return flags;
        }

        var source = char.ConvertFromUtf32(codePoint);
        var text = _settings.CleanText && IsRemoved(codePoint) ? ""
            : _settings.CleanText && (classes & CodePointClasses.WhiteSpace) != 0 ? " "
            : Transform(source, classes);
        if (text == source)
        {
            return flags;
        }

        var start = texts.Count;
        texts.AddRange(text);
        return flags | Mapped | (text.Length << LengthShift) | (start << StartShift);
    }

    private string Transform(string source, CodePointClasses classes)
    {
        if (_settings.StripAccents && (classes & CodePointClasses.Decomposable) != 0)
        {
            source = source.Normalize(NormalizationForm.FormD);
        }

        var text = new StringBuilder();
        foreach (var rune in source.EnumerateRunes())
        {
            if (!_settings.StripAccents || (CodePointTable.ClassesOf(rune.Value) & CodePointClasses.BertMark) == 0)
            {
                text.Append((_settings.Lowercase ? CodePointTable.LowercaseOf(rune.Value) : null) ?? rune.ToString());
            }
        }

        return text.ToString();
    }

    private static bool IsRemoved(int codePoint) => (CodePointTable.ClassesOf(codePoint) & CodePointClasses.BertRemoved) != 0;
}
