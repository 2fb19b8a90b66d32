using System.Globalization;
using System.Text;

namespace RerankFunctions.Tokenizers.Unicode;

/// <summary>
/// Properties of Unicode 17 that cluster boundaries need and .NET 10 lacks or does not expose (DerivedCoreProperties.txt,
/// GraphemeBreakProperty.txt).
/// </summary>
internal static class GraphemeTables
{
    // Grapheme_Extend=Yes and emoji modifiers that are not of the categories Mn and Me, ascending.
    private static readonly (int First, int Last)[] OtherExtenders =
    [
        (0x09BE, 0x09BE), (0x09D7, 0x09D7), (0x0B3E, 0x0B3E), (0x0B57, 0x0B57), (0x0BBE, 0x0BBE), (0x0BD7, 0x0BD7), (0x0CC0, 0x0CC0),
        (0x0CC2, 0x0CC2), (0x0CC7, 0x0CC8), (0x0CCA, 0x0CCB), (0x0CD5, 0x0CD6), (0x0D3E, 0x0D3E), (0x0D57, 0x0D57), (0x0DCF, 0x0DCF),
        (0x0DDF, 0x0DDF), (0x1715, 0x1715), (0x1734, 0x1734), (0x1B35, 0x1B35), (0x1B3B, 0x1B3B), (0x1B3D, 0x1B3D), (0x1B43, 0x1B44),
        (0x1BAA, 0x1BAA), (0x1BF2, 0x1BF3), (0x302E, 0x302F), (0xA953, 0xA953), (0xA9C0, 0xA9C0), (0xFF9E, 0xFF9F), (0x111C0, 0x111C0),
        (0x11235, 0x11235), (0x1133E, 0x1133E), (0x1134D, 0x1134D), (0x11357, 0x11357), (0x113B8, 0x113B8), (0x113C2, 0x113C2), (0x113C5, 0x113C5),
        (0x113C7, 0x113C9), (0x113CF, 0x113CF), (0x114B0, 0x114B0), (0x114BD, 0x114BD), (0x115AF, 0x115AF), (0x116B6, 0x116B6), (0x11930, 0x11930),
        (0x1193D, 0x1193D), (0x11F41, 0x11F41), (0x16FF0, 0x16FF1), (0x1D165, 0x1D166), (0x1D16D, 0x1D172), (0x1F3FB, 0x1F3FF), (0xE0020, 0xE007F),
    ];

    /// <summary>Extend and SpacingMark characters that are newer than .NET 10's tables.</summary>
    public static bool IsNewerMark(int value) => value is
        (>= 0x1ACF and <= 0x1ADD) or (>= 0x1AE0 and <= 0x1AEB) or 0x10EFA or 0x10EFB or (>= 0x11B60 and <= 0x11B67)
        or 0x1E6E3 or 0x1E6E6 or 0x1E6EE or 0x1E6EF or 0x1E6F5;

    /// <summary>Indic_Conjunct_Break=Consonant, in the scripts whose consonants a character map can change.</summary>
    public static bool IsConjunctConsonant(char unit) => unit is
        (>= '\u0915' and <= '\u0939') or (>= '\u0958' and <= '\u095F') or (>= '\u0978' and <= '\u097F')
        or (>= '\u0995' and <= '\u09A8') or (>= '\u09AA' and <= '\u09B0') or '\u09B2' or (>= '\u09B6' and <= '\u09B9')
        or '\u09DC' or '\u09DD' or '\u09DF' or '\u09F0' or '\u09F1'
        or (>= '\u0A95' and <= '\u0AA8') or (>= '\u0AAA' and <= '\u0AB0') or '\u0AB2' or '\u0AB3' or (>= '\u0AB5' and <= '\u0AB9') or '\u0AF9'
        or (>= '\u0B15' and <= '\u0B28') or (>= '\u0B2A' and <= '\u0B30') or '\u0B32' or '\u0B33' or (>= '\u0B35' and <= '\u0B39')
        or '\u0B5C' or '\u0B5D' or '\u0B5F' or '\u0B71'
        or (>= '\u0C15' and <= '\u0C28') or (>= '\u0C2A' and <= '\u0C39') or (>= '\u0C58' and <= '\u0C5A')
        or (>= '\u0D15' and <= '\u0D3A');

    /// <summary>Indic_Conjunct_Break=Linker, in the same scripts.</summary>
    public static bool IsConjunctLinker(int value) => value is 0x094D or 0x09CD or 0x0ACD or 0x0B4D or 0x0C4D or 0x0D4D;

    /// <summary>Indic_Conjunct_Break=Extend.</summary>
    public static bool IsConjunctExtender(Rune rune)
    {
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark)
        {
            return true;
        }

        if (rune.Value == 0x200D || (IsNewerMark(rune.Value) && rune.Value is not (0x11B61 or 0x11B65 or 0x11B67)))
        {
            return true;
        }

        foreach (var (first, last) in OtherExtenders)
        {
            if (rune.Value <= last)
            {
                return rune.Value >= first;
            }
        }

        return false;
    }
}
