using System.Buffers;
using System.Text;
using RerankFunctions.Tokenizers.Reading;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tokenizers.Unicode;

/// <summary>
/// NFC and NFD as Hugging Face's library computes them. Code points that its tables do not know, lone surrogates and noncharacters (which
/// .NET refuses to normalize) stay unchanged; ICU normalizes the parts between them.
/// </summary>
internal static class CanonicalNormalizer
{
    // Text below U+0300 is in NFC.
    private static readonly SearchValues<char> Composed = SearchValues.Create([.. Enumerable.Range(0, 0x300).Select(unit => (char)unit)]);
    private static readonly bool Available = "e\u0301".Normalize(NormalizationForm.FormC) == "\u00E9";

    /// <summary>Checks that this process can normalize: in globalization-invariant mode, .NET returns text unchanged, without an error.</summary>
    /// <param name="part">The part that needs it.</param>
    public static void RequireAvailable(JsonPart part)
    {
        if (!Available)
        {
            throw part.Error("needs Unicode normalization, which this process lacks: install ICU and switch off globalization-invariant mode.");
        }
    }

    /// <summary>Appends a text in NFC.</summary>
    /// <returns>False if it is in NFC already; nothing is appended then.</returns>
    public static bool Compose(ReadOnlySpan<char> text, NormalizedText destination)
    {
        var first = text.IndexOfAnyExcept(Composed);
        if (first < 0 || !HasAny(text[first..], CodePointClasses.Recomposable))
        {
            return false;
        }

        return Normalize(text, NormalizationForm.FormC, destination);
    }

    /// <summary>Appends a text in NFD.</summary>
    /// <returns>False if it is in NFD already; nothing is appended then.</returns>
    public static bool Decompose(ReadOnlySpan<char> text, NormalizedText destination) =>
        !Ascii.IsValid(text) && Normalize(text, NormalizationForm.FormD, destination);

    /// <summary>Returns whether a code point of the text has one of the classes.</summary>
    public static bool HasAny(ReadOnlySpan<char> text, CodePointClasses classes)
    {
        for (var i = 0; i < text.Length;)
        {
            if ((CodePointTable.ClassesOf(Utf16.CodePointAt(text, i, out var length)) & classes) != 0)
            {
                return true;
            }

            i += length;
        }

        return false;
    }

    private static bool Normalize(ReadOnlySpan<char> text, NormalizationForm form, NormalizedText destination)
    {
        var changed = false;
        for (var start = 0; start < text.Length;)
        {
            var end = PartEnd(text, start, out var barrier, out var hasLongRun);
            var part = text[start..end];
            if (hasLongRun || !part.IsNormalized(form))
            {
                if (!changed)
                {
                    destination.AppendUnchanged(text[..start], 0);
                    changed = true;
                }

                AppendNormalized(part, start, form, hasLongRun, destination);
            }
            else if (changed)
            {
                destination.AppendUnchanged(part, start);
            }

            if (changed)
            {
                destination.AppendUnchanged(text.Slice(end, barrier), end);
            }

            start = end + barrier;
        }

        return changed;
    }

    // A part ends at a code point that the library's tables do not know, or that .NET refuses: the barrier, of so many units.
    private static int PartEnd(ReadOnlySpan<char> text, int start, out int barrier, out bool hasLongRun)
    {
        var marks = 0;
        hasLongRun = false;
        for (var i = start; i < text.Length;)
        {
            var codePoint = Utf16.CodePointAt(text, i, out var length);
            var classes = CodePointTable.ClassesOf(codePoint);
            if ((classes & CodePointClasses.Newer) != 0 || (codePoint & 0xFFFF) >= 0xFFFD)
            {
                barrier = length;
                return i;
            }

            marks = (classes & CodePointClasses.NonStarter) != 0 ? marks + 1 : 0;
            hasLongRun |= marks >= MarkRuns.MinLongRun;

            i += length;
        }

        barrier = 0;
        return text.Length;
    }

    private static void AppendNormalized(ReadOnlySpan<char> part, int position, NormalizationForm form, bool hasLongRun, NormalizedText destination)
    {
        if (!destination.Aligned)
        {
            AppendSegment(part, position, form, hasLongRun, destination);
            return;
        }

        // Offsets are kept for the smallest segments that normalize independently: a starter with everything that may join it.
        for (var start = 0; start < part.Length;)
        {
            _ = Utf16.CodePointAt(part, start, out var length);
            var end = start + length;
            while (end < part.Length && (CodePointTable.ClassesOf(Utf16.CodePointAt(part, end, out length)) & CodePointClasses.Recomposable) != 0)
            {
                end += length;
            }

            AppendSegment(part[start..end], position + start, form, hasLongRun && end - start >= MarkRuns.MinLongRun, destination);
            start = end;
        }
    }

    private static void AppendSegment(ReadOnlySpan<char> segment, int position, NormalizationForm form, bool hasLongRun, NormalizedText destination)
    {
        if (!hasLongRun)
        {
            destination.AppendNormalized(segment, form, position, position + segment.Length);
            return;
        }

        var ordered = ArrayPool<char>.Shared.Rent(segment.Length * MarkRuns.MaxGrowth);
        try
        {
            var result = ordered.AsSpan(0, MarkRuns.Order(segment, ordered));
            if (segment.SequenceEqual(result) && segment.IsNormalized(form))
            {
                destination.AppendUnchanged(segment, position);
            }
            else
            {
                destination.AppendNormalized(result, form, position, position + segment.Length);
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(ordered);
        }
    }
}
