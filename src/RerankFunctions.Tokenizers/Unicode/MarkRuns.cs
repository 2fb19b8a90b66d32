using System.Collections.Frozen;
using System.Text;

namespace RerankFunctions.Tokenizers.Unicode;

/// <summary>
/// Canonical ordering of long runs of combining marks. ICU orders a run by insertion, in quadratic time. A run that is decomposed and
/// sorted by combining class takes linear time and has the same normalization forms.
/// </summary>
internal static class MarkRuns
{
    /// <summary>Minimum number of code points of a long run. ICU orders shorter ones fast.</summary>
    public const int MinLongRun = 32;

    /// <summary>Maximum number of UTF-16 units that one unit becomes: no mark decomposes to more.</summary>
    public const int MaxGrowth = 2;

    private static readonly FrozenDictionary<int, string> Decompositions = Enumerable.Range(0, CodePointTable.CodePoints)
        .Where(codePoint => IsMark(codePoint) && (CodePointTable.ClassesOf(codePoint) & CodePointClasses.Decomposable) != 0)
        .ToFrozenDictionary(codePoint => codePoint, codePoint => char.ConvertFromUtf32(codePoint).Normalize(NormalizationForm.FormD));

    /// <summary>Copies a text with its long runs decomposed and in canonical order.</summary>
    /// <param name="text">UTF-16 text without lone surrogates.</param>
    /// <param name="destination">Room for <see cref="MaxGrowth"/> times the units of the text.</param>
    /// <returns>Number of units written.</returns>
    public static int Order(ReadOnlySpan<char> text, Span<char> destination)
    {
        var written = 0;
        for (var start = 0; start < text.Length;)
        {
            var end = RunEnd(text, start, out var marks);
            if (marks >= MinLongRun)
            {
                written += Sort(text[start..end], destination[written..]);
            }
            else
            {
                // The run with the starter behind it.
                end += end == text.Length ? 0 : char.IsHighSurrogate(text[end]) ? 2 : 1;
                text[start..end].CopyTo(destination[written..]);
                written += end - start;
            }

            start = end;
        }

        return written;
    }

    private static bool IsMark(int codePoint) => (CodePointTable.ClassesOf(codePoint) & CodePointClasses.NonStarter) != 0;

    private static int RunEnd(ReadOnlySpan<char> text, int start, out int marks)
    {
        var end = start;
        for (marks = 0; end < text.Length && IsMark(Utf16.CodePointAt(text, end, out var length)); marks++)
        {
            end += length;
        }

        return end;
    }

    // Counting sort by rank of the combining class: stable, as canonical order demands.
    private static int Sort(ReadOnlySpan<char> run, Span<char> destination)
    {
        Span<int> ends = stackalloc int[CodePointTable.MaxCombiningRank + 1];
        ends.Clear();
        for (var i = 0; i < run.Length;)
        {
            var mark = Decompose(run, i, out var read);
            for (var part = 0; part < mark.Length;)
            {
                var rank = CodePointTable.CombiningRankOf(Utf16.CodePointAt(mark, part, out var length));
                ends[rank] += length;
                part += length;
            }

            i += read;
        }

        var written = 0;
        foreach (ref var end in ends)
        {
            (end, written) = (written, written + end);
        }

        for (var i = 0; i < run.Length;)
        {
            var mark = Decompose(run, i, out var read);
            for (var part = 0; part < mark.Length;)
            {
                var rank = CodePointTable.CombiningRankOf(Utf16.CodePointAt(mark, part, out var length));
                mark.Slice(part, length).CopyTo(destination[ends[rank]..]);
                ends[rank] += length;
                part += length;
            }

            i += read;
        }

        return written;
    }

    private static ReadOnlySpan<char> Decompose(ReadOnlySpan<char> run, int index, out int length)
    {
        var codePoint = Utf16.CodePointAt(run, index, out length);
        return (CodePointTable.ClassesOf(codePoint) & CodePointClasses.Decomposable) == 0 ? run.Slice(index, length) : Decompositions[codePoint];
    }
}
