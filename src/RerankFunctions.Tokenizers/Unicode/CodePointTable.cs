using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RerankFunctions.Tokenizers.Unicode;

/// <summary>
/// Classes, lower case and combining class of every code point in Hugging Face's Rust library, read once from UnicodeClasses.txt. The tables
/// of .NET have another Unicode version.
/// </summary>
internal static class CodePointTable
{
    /// <summary>Number of code points.</summary>
    public const int CodePoints = 0x110000;

    private static readonly ushort[] PageStarts = new ushort[CodePoints >> 8];
    private static readonly CodePointClasses[] Pages;
    private static readonly FrozenDictionary<int, string> LowercaseMappings;
    private static readonly byte[] CombiningRanks;

    static CodePointTable()
    {
        var flat = new CodePointClasses[CodePoints];
        var lowercase = new Dictionary<int, string>();
        var ranks = new byte[CodePoints];
        var section = "";
        using var reader = new StreamReader(typeof(CodePointTable).Assembly.GetManifestResourceStream("UnicodeClasses.txt")!);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('['))
            {
                section = line[1..^1];
            }
            else if (section == "Lowercase")
            {
                AddMappings(line, lowercase);
            }
            else if (section == "CombiningRank")
            {
                AddRanks(line, ranks);
            }
            else if (!line.StartsWith('#'))
            {
                AddRanges(line, Enum.Parse<CodePointClasses>(section), flat);
            }
        }

        foreach (var codePoint in lowercase.Keys)
        {
            flat[codePoint] |= CodePointClasses.Lowercase;
        }

        LowercaseMappings = lowercase.ToFrozenDictionary();
        Pages = Fold(flat);
        CombiningRanks = ranks[..(ranks.AsSpan().LastIndexOfAnyExcept((byte)0) + 1)];
        MaxCombiningRank = CombiningRanks.Max();
    }

    /// <summary>Returns the classes of a code point from 0 to 0x10FFFF. A surrogate has none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CodePointClasses ClassesOf(int codePoint) => Pages[(PageStarts[codePoint >> 8] << 8) | (codePoint & 0xFF)];

    /// <summary>The largest rank of a combining class.</summary>
    public static int MaxCombiningRank { get; }

    /// <summary>Returns the rank of a code point's canonical combining class among all classes; 0 for class 0.</summary>
    public static int CombiningRankOf(int codePoint) => codePoint < CombiningRanks.Length ? CombiningRanks[codePoint] : 0;

    /// <summary>Returns the lower case of a code point by Rust's <c>char::to_lowercase</c>, or null if it is the code point itself.</summary>
    public static string? LowercaseOf(int codePoint) => LowercaseMappings.GetValueOrDefault(codePoint);

    private static void AddRanges(string line, CodePointClasses classes, CodePointClasses[] flat)
    {
        foreach (var range in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (ref var item in flat.AsSpan()[RangeOf(range)])
            {
                item |= classes;
            }
        }
    }

    private static void AddRanks(string line, byte[] ranks)
    {
        foreach (var entry in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = entry.IndexOf(':', StringComparison.Ordinal);
            ranks.AsSpan()[RangeOf(entry.AsSpan(0, colon))].Fill(byte.Parse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture));
        }
    }

    private static Range RangeOf(ReadOnlySpan<char> range)
    {
        var dash = range.IndexOf('-');
        var first = Hex(dash < 0 ? range : range[..dash]);
        return first..(dash < 0 ? first + 1 : Hex(range[(dash + 1)..]) + 1);
    }

    private static void AddMappings(string line, Dictionary<int, string> lowercase)
    {
        foreach (var mapping in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var arrow = mapping.IndexOf('>', StringComparison.Ordinal);
            var targets = mapping[(arrow + 1)..].Split('+');
            var source = mapping[..arrow].Split('-', '/');
            var first = Hex(source[0]);
            var last = source.Length > 1 ? Hex(source[1]) : first;
            var step = source.Length > 2 ? Hex(source[2]) : 1;
            for (var codePoint = first; codePoint <= last; codePoint += step)
            {
                lowercase[codePoint] = string.Concat(targets.Select(target => char.ConvertFromUtf32(Hex(target) + codePoint - first)));
            }
        }
    }

    private static CodePointClasses[] Fold(CodePointClasses[] flat)
    {
        var pages = new List<CodePointClasses>();
        var known = new Dictionary<string, ushort>();
        for (var page = 0; page < PageStarts.Length; page++)
        {
            var content = flat.AsSpan(page << 8, 256);
            var key = new string(MemoryMarshal.Cast<CodePointClasses, char>(content));
            if (!known.TryGetValue(key, out var index))
            {
                known[key] = index = (ushort)(pages.Count >> 8);
                pages.AddRange(content);
            }

            PageStarts[page] = index;
        }

        return [.. pages];
    }

    private static int Hex(ReadOnlySpan<char> digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
