using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Normalization;

/// <summary>
/// SentencePiece's precompiled character map: the length of a trie in bytes, the trie (a darts-clone double array with keys in UTF-8)
/// and the replacements, each terminated by a zero byte. Numbers are little endian, 32 bits.
/// </summary>
internal sealed class CharsMap
{
    private const int MaxReplacementBytes = 256;

    private readonly uint[] _trie;
    private readonly byte[] _replacements;

    private CharsMap(uint[] trie, byte[] replacements)
    {
        _trie = trie;
        _replacements = replacements;
    }

    /// <summary>UTF-16 units of the longest replacement.</summary>
    public int LongestReplacement { get; private set; }

    /// <summary>Reads the map from base64 and checks that no lookup leaves it.</summary>
    public static CharsMap Read(JsonPart part)
    {
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(part.String());
        }
        catch (FormatException exception)
        {
            throw part.Error("is not base64.", exception);
        }

        var size = bytes.Length < 4 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (size == 0 || size % 4 != 0 || size > bytes.Length - 4)
        {
            throw part.Error("is damaged: it is shorter than the trie that it declares.");
        }

        var trie = new uint[size / 4];
        for (var i = 0; i < trie.Length; i++)
        {
            trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4 + (i * 4)));
        }

        var replacements = bytes[(4 + (int)size)..];
        if (!Utf8.IsValid(replacements))
        {
            throw part.Error("is damaged: its replacements are not UTF-8.");
        }

        var map = new CharsMap(trie, replacements);
        map.Check(part);
        return map;
    }

    /// <summary>Finds the replacement of the shortest key that the text starts with.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="replacement">UTF-8; empty if the key is deleted.</param>
    public bool TryFind(ReadOnlySpan<byte> utf8, out ReadOnlySpan<byte> replacement)
    {
        var position = Offset(_trie[0]);
        foreach (var unit in utf8)
        {
            position ^= unit;
            if (unit == 0 || position >= (uint)_trie.Length)
            {
                break;
            }

            var node = _trie[position];
            if (Label(node) != unit)
            {
                break;
            }

            position ^= Offset(node);
            if (HasLeaf(node))
            {
                replacement = ReplacementAt(Value(_trie[position]));
                return true;
            }
        }

        replacement = default;
        return false;
    }

    /// <summary>Returns whether a text that is not a key starts a key of up to <paramref name="maxBytes"/> bytes.</summary>
    public bool HasLongerKey(ReadOnlySpan<byte> utf8, int maxBytes)
    {
        var position = Offset(_trie[0]);
        foreach (var unit in utf8)
        {
            position ^= unit;
            if (unit == 0 || position >= (uint)_trie.Length || Label(_trie[position]) != unit)
            {
                return false;
            }

            position ^= Offset(_trie[position]);
        }

        // The next byte starts a character, so its value tells how many bytes follow.
        var room = maxBytes - utf8.Length;
        var lastLead = room >= 4 ? 0xFFu : room == 3 ? 0xEFu : room == 2 ? 0xDFu : 0x7Fu;
        for (var lead = 1u; lead <= lastLead; lead++)
        {
            if ((position ^ lead) < (uint)_trie.Length && Label(_trie[position ^ lead]) == lead)
            {
                return true;
            }
        }

        return false;
    }

    private void Check(JsonPart part)
    {
        for (var i = 0u; i < _trie.Length; i++)
        {
            // Cells with the highest bit hold values; no lookup continues from them.
            if (_trie[i] >> 31 != 0 || !HasLeaf(_trie[i]))
            {
                continue;
            }

            var leaf = i ^ Offset(_trie[i]);
            if (leaf >= (uint)_trie.Length || Value(_trie[leaf]) is var value && value >= (uint)_replacements.Length || StartsInside(value))
            {
                throw part.Error("is damaged: its trie leads out of its replacements.");
            }

            var replacement = ReplacementAt(value);
            if (replacement.Length > MaxReplacementBytes)
            {
                throw part.Error($"has a replacement of more than {MaxReplacementBytes} bytes.");
            }

            LongestReplacement = Math.Max(LongestReplacement, Encoding.UTF8.GetCharCount(replacement));
        }
    }

    // Reads at most one byte more than the longest allowed replacement.
    private ReadOnlySpan<byte> ReplacementAt(uint value)
    {
        var rest = _replacements.AsSpan((int)value);
        rest = rest[..Math.Min(rest.Length, MaxReplacementBytes + 1)];
        return rest.IndexOf((byte)0) is >= 0 and var end ? rest[..end] : rest;
    }

    private bool StartsInside(uint value) => (_replacements[value] & 0xC0) == 0x80;

    private static uint Offset(uint node) => (node >> 10) << (int)((node & 0x200) >> 6);

    private static uint Label(uint node) => node & 0x800000FF;

    private static bool HasLeaf(uint node) => (node & 0x100) != 0;

    private static uint Value(uint node) => node & 0x7FFFFFFF;
}
