using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Unigram;

/// <summary>The pieces of a Unigram vocabulary with their scores in file order: the index is the id.</summary>
internal sealed class PieceTable
{
    /// <summary>Maximum number of pieces.</summary>
    public const int MaxPieces = 4 * 1024 * 1024;

    // Sums of scores stay finite, however long a text is.
    private const int MaxScore = 1_000_000_000;

    private readonly int[] _ends;
    private readonly Lazy<Dictionary<string, int>> _piecesWithSpace;
    private char[] _units;

    private PieceTable(int count, int unitsExpected)
    {
        _ends = new int[count];
        _units = new char[unitsExpected];
        _piecesWithSpace = new Lazy<Dictionary<string, int>>(FindPiecesWithSpace);
        Scores = new double[count];
    }

    /// <summary>Number of pieces.</summary>
    public int Count => Scores.Length;

    /// <summary>The score of each piece.</summary>
    public double[] Scores { get; }

    /// <summary>All pieces, concatenated.</summary>
    public ReadOnlySpan<char> AllUnits => _units.AsSpan(0, Count == 0 ? 0 : _ends[^1]);

    /// <summary>The spelling of a piece.</summary>
    public ReadOnlySpan<char> this[int id]
    {
        get
        {
            var start = id == 0 ? 0 : _ends[id - 1];
            return _units.AsSpan(start, _ends[id] - start);
        }
    }

    /// <summary>Reads a <c>vocab</c> of the form <c>[["piece", score], …]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static PieceTable Read(JsonPart vocab)
    {
        var array = vocab.Element;
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw vocab.Error("is not an array.");
        }

        var count = array.GetArrayLength();
        if (count is 0 or > MaxPieces)
        {
            throw vocab.Error($"does not have from 1 to {MaxPieces} pieces.");
        }

        var table = new PieceTable(count, count * 8);
        var (id, used) = (0, 0);
        foreach (var entry in array.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Array || entry.GetArrayLength() != 2)
            {
                throw vocab.Error($"has an entry that is not a piece and its score: number {id}.");
            }

            using var parts = entry.EnumerateArray();
            parts.MoveNext();
            var start = used;
            used = table.Append(parts.Current, used, vocab, id);
            if (used == start)
            {
                throw vocab.Error($"has an empty piece: number {id}.");
            }

            parts.MoveNext();
            if (parts.Current.ValueKind != JsonValueKind.Number || !ScoreReader.TryRead(JsonMarshal.GetRawUtf8Value(parts.Current), out var score)
                || Math.Abs(score) > MaxScore)
            {
                throw vocab.Error($"has a score that is not a number from -{MaxScore} to {MaxScore}: number {id}.");
            }

            table._ends[id] = used;
            table.Scores[id++] = score;
        }

        return table;
    }

    /// <summary>Returns the id of a piece by its exact spelling, or −1.</summary>
    public int IndexOf(ReadOnlySpan<char> piece, PieceTrie trie)
    {
        Span<ushort> codes = stackalloc ushort[PieceTrieBuilder.MaxPieceUnits];
        if (piece.Length is 0 or > PieceTrieBuilder.MaxPieceUnits)
        {
            return -1;
        }

        for (var i = 0; i < piece.Length; i++)
        {
            codes[i] = trie.Codes[piece[i]];
        }

        // Spaces and marks share a code, and pieces with a space may be missing from the trie.
        var id = trie.Find(codes[..piece.Length]);
        if (id >= 0 && this[id].SequenceEqual(piece))
        {
            return id;
        }

        return piece.Contains(' ') ? _piecesWithSpace.Value.GetValueOrDefault(piece.ToString(), -1) : -1;
    }

    // Of equal pieces the last has the id, as in the original; only pieces that no text reaches can be equal.
    private Dictionary<string, int> FindPiecesWithSpace()
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < Count; id++)
        {
            if (this[id].Contains(' '))
            {
                ids[this[id].ToString()] = id;
            }
        }

        return ids;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Append(JsonElement piece, int used, JsonPart vocab, int id)
    {
        if (piece.ValueKind != JsonValueKind.String)
        {
            throw vocab.Error($"has a piece that is not a string: number {id}.");
        }

        // Few pieces contain escapes.
        var raw = JsonMarshal.GetRawUtf8Value(piece)[1..^1];
        var needed = used + raw.Length;
        if (needed > _units.Length)
        {
            Array.Resize(ref _units, Math.Max(needed, _units.Length * 2));
        }

        try
        {
            if (!raw.Contains((byte)'\\'))
            {
                return used + StrictUtf8.GetChars(raw, _units.AsSpan(used));
            }

            var unescaped = piece.GetString()!;
            unescaped.CopyTo(_units.AsSpan(used));
            return used + unescaped.Length;
        }
        catch (Exception exception) when (exception is InvalidOperationException or DecoderFallbackException)
        {
            throw vocab.Error($"has a piece that is not valid Unicode: number {id}.", exception);
        }
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
