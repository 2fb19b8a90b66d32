using System.Buffers;
using System.Text;
using RerankFunctions.Tokenizers.Reading;
using RerankFunctions.Tokenizers.Text;
using RerankFunctions.Tokenizers.Unicode;

namespace RerankFunctions.Tokenizers.Normalization;

/// <summary>
/// The <c>Precompiled</c> normalizer, SentencePiece's rules as Hugging Face applies them: an extended grapheme cluster of fewer than six UTF-8
/// bytes is replaced as a whole by the first, shortest, hit of the map, whatever follows in it; any other cluster is replaced character by character.
/// </summary>
internal sealed class CharsMapStep : NormalizerStep
{
    private const int MaxClusterBytes = 5;

    // In addition to the flags of GraphemeRules.
    private const byte Mapped = 4;
    private const byte StartsLongerKey = 8;

    private readonly CharsMap _map;
    private readonly byte[] _flags = GraphemeRules.Flags();
    private readonly string?[] _single = new string?[char.MaxValue + 1];

    private CharsMapStep(CharsMap map)
    {
        _map = map;
        Span<byte> utf8 = stackalloc byte[4];
        for (var i = 0; i <= char.MaxValue; i++)
        {
            if (!Rune.TryCreate(i, out var rune))
            {
                _flags[i] |= Mapped;
                continue;
            }

            var length = rune.EncodeToUtf8(utf8);
            if (map.TryFind(utf8[..length], out var replacement))
            {
                _single[i] = Encoding.UTF8.GetString(replacement);
                _flags[i] |= Mapped;
            }
            else if (map.HasLongerKey(utf8[..length], MaxClusterBytes))
            {
                _flags[i] |= StartsLongerKey;
            }
        }
    }

    /// <inheritdoc/>
    public override int Growth => Math.Max(1, _map.LongestReplacement);

    /// <summary>Reads the part.</summary>
    public static CharsMapStep Create(JsonPart part)
    {
        part.AllowOnly("type", "precompiled_charsmap");
        return new CharsMapStep(CharsMap.Read(part.Required("precompiled_charsmap")));
    }

    /// <inheritdoc/>
    public override bool Keeps(char unit) => (_flags[unit] & (Mapped | GraphemeRules.JoinsPrevious | GraphemeRules.OpenEnded)) == 0;

    /// <inheritdoc/>
    public override void Apply(NormalizedText text)
    {
        var plain = PlainRun(text.Units);
        if (plain == text.Length)
        {
            return;
        }

        var source = text.Rewrite();
        var units = source.Units;
        var (position, boundary) = (0, 0);
        while (true)
        {
            text.AppendFrom(source, position, position + plain);
            position += plain;
            if (position == units.Length)
            {
                return;
            }

            position += ApplyAt(source, position, ref boundary, text);
            plain = PlainRun(units[position..]);
        }
    }

    // Number of leading units that do not change. A character that only starts longer keys changes only if another one joins it.
    private int PlainRun(ReadOnlySpan<char> units)
    {
        var flags = _flags;
        for (var i = 0; i < units.Length; i++)
        {
            var flag = flags[units[i]];
            if ((flag & (Mapped | GraphemeRules.JoinsPrevious)) == 0)
            {
                continue;
            }

            if (i > 0 && (flags[units[i - 1]] & StartsLongerKey) != 0 && ((flag & GraphemeRules.JoinsPrevious) != 0 || char.IsHighSurrogate(units[i])))
            {
                return i - 1;
            }

            if ((flag & Mapped) != 0)
            {
                return i;
            }
        }

        return units.Length;
    }

    // Normalizes at a position where the text may change and returns the number of units read. The cluster matters only if this character is
    // its head and others join it: a cluster whose head has no hit is replaced character by character, whatever its length.
    private int ApplyAt(NormalizedText.Source source, int position, ref int boundary, NormalizedText text)
    {
        var units = source.Units;
        if (char.IsHighSurrogate(units[position]))
        {
            ApplyToCharacter(source, position, position + 2, text);
            return 2;
        }

        if (IsJoined(units, position) && IsClusterStart(units, position, ref boundary))
        {
            var length = GraphemeRules.ClusterLength(units[position..]);
            ApplyToCluster(source, position, position + length, text);
            boundary = position + length;
            return length;
        }

        ApplyToCharacter(source, position, position + 1, text);
        return 1;
    }

    private bool IsJoined(ReadOnlySpan<char> units, int position) =>
        position + 1 < units.Length
        && ((_flags[units[position]] & GraphemeRules.OpenEnded) != 0
            || (_flags[units[position + 1]] & GraphemeRules.JoinsPrevious) != 0
            || char.IsHighSurrogate(units[position + 1]));

    // The boundary is a known start of a cluster. It only moves forward, so all calls together take linear time.
    private bool IsClusterStart(ReadOnlySpan<char> units, int position, ref int boundary)
    {
        if (position > boundary)
        {
            var start = position;
            while (start > boundary && !GraphemeRules.SurelyStarts(_flags, units, start))
            {
                start--;
            }

            while (start < position)
            {
                start += GraphemeRules.ClusterLength(units[start..]);
            }

            boundary = start;
        }

        return position == boundary;
    }

    private void ApplyToCluster(NormalizedText.Source source, int start, int end, NormalizedText text)
    {
        var cluster = source.Units[start..end];
        if (cluster.Length > 1 && Encoding.UTF8.GetByteCount(cluster) <= MaxClusterBytes)
        {
            Span<byte> utf8 = stackalloc byte[MaxClusterBytes];
            if (_map.TryFind(utf8[..Encoding.UTF8.GetBytes(cluster, utf8)], out var replacement))
            {
                AppendUtf8(source, start, end, replacement, text);
                return;
            }
        }

        for (var i = start; i < end;)
        {
            var length = char.IsHighSurrogate(source.Units[i]) ? 2 : 1;
            ApplyToCharacter(source, i, i + length, text);
            i += length;
        }
    }

    private void ApplyToCharacter(NormalizedText.Source source, int start, int end, NormalizedText text)
    {
        if (end - start == 1)
        {
            if (_single[source.Units[start]] is { } mapped)
            {
                text.AppendFor(source, start, end, mapped);
            }
            else
            {
                text.AppendFrom(source, start, end);
            }

            return;
        }

        Span<byte> utf8 = stackalloc byte[4];
        if (_map.TryFind(utf8[..Encoding.UTF8.GetBytes(source.Units[start..end], utf8)], out var replacement))
        {
            AppendUtf8(source, start, end, replacement, text);
        }
        else
        {
            text.AppendFrom(source, start, end);
        }
    }

    private static void AppendUtf8(NormalizedText.Source source, int start, int end, ReadOnlySpan<byte> replacement, NormalizedText text)
    {
        Span<char> units = stackalloc char[2];
        while (Rune.DecodeFromUtf8(replacement, out var rune, out var read) == OperationStatus.Done)
        {
            text.AppendFor(source, start, end, units[..rune.EncodeToUtf16(units)]);
            replacement = replacement[read..];
        }
    }
}
