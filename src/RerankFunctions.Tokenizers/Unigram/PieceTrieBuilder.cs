using System.Runtime.CompilerServices;
using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Unigram;

/// <summary>Builds the trie of a vocabulary: sorts the pieces by their codes, then places the nodes depth first.</summary>
/// <remarks>It runs once, over a quarter of a million pieces: loops are compiled optimized, because tiered compilation would come too late.</remarks>
internal sealed class PieceTrieBuilder
{
    /// <summary>Maximum number of UTF-16 units of a piece.</summary>
    public const int MaxPieceUnits = 1024;

    private const int UnitsPerKey = 4;

    private readonly PieceTable _pieces;
    private readonly JsonPart _vocab;
    private readonly ushort[] _codes = new ushort[char.MaxValue + 1];
    private readonly int _codeCount;
    private readonly PieceCells _cells;

    private PieceTrieBuilder(PieceTable pieces, JsonPart vocab)
    {
        (_pieces, _vocab) = (pieces, vocab);
        var uses = new int[char.MaxValue + 1];
        foreach (var unit in pieces.AllUnits)
        {
            uses[unit]++;
        }

        var units = Enumerable.Range(0, uses.Length).Where(unit => uses[unit] > 0).OrderByDescending(unit => uses[unit]).ToArray();
        if (units.Length > ushort.MaxValue)
        {
            throw vocab.Error("uses all 65,536 UTF-16 units; one must be free.");
        }

        for (var i = 0; i < units.Length; i++)
        {
            _codes[units[i]] = (ushort)(i + 1);
        }

        _codeCount = units.Length + 1;
        _cells = new PieceCells(_codeCount, pieces.AllUnits.Length);
    }

    /// <summary>Builds the trie.</summary>
    /// <param name="pieces">The vocabulary.</param>
    /// <param name="vocab">The part that it was read from.</param>
    /// <param name="mark">The mark that replaces a space, or null. With a mark, pieces with a space are left out: no text reaches them.</param>
    public static PieceTrie Build(PieceTable pieces, JsonPart vocab, char? mark)
    {
        var builder = new PieceTrieBuilder(pieces, vocab);
        var order = builder.Sort(mark is not null);
        builder.Place(order);
        if (mark is { } unit)
        {
            builder._codes[' '] = builder._codes[unit];
        }

        return new PieceTrie(builder._codes, builder._cells.Cells, builder._cells.Ids);
    }

    private int[] Sort(bool withoutSpaces)
    {
        var order = new int[_pieces.Count];
        var count = 0;
        for (var id = 0; id < _pieces.Count; id++)
        {
            if (_pieces[id].Length > MaxPieceUnits)
            {
                throw _vocab.Error($"has a piece of more than {MaxPieceUnits} characters: number {id}.");
            }

            if (!withoutSpaces || !_pieces[id].Contains(' '))
            {
                order[count++] = id;
            }
        }

        Array.Resize(ref order, count);
        Sort(order, new ulong[count], new RadixSort(count), 0);
        return order;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sort(Span<int> order, Span<ulong> keys, RadixSort sort, int depth)
    {
        for (var i = 0; i < order.Length; i++)
        {
            keys[i] = Key(order[i], depth);
        }

        sort.Sort(keys, order);
        for (int start = 0, end; start < order.Length; start = end)
        {
            var key = keys[start];
            for (end = start + 1; end < order.Length && keys[end] == key;)
            {
                end++;
            }

            if (end - start == 1)
            {
                continue;
            }

            // A key that ends in 0 holds the rest of the piece: equal keys are equal pieces.
            if ((key & ushort.MaxValue) == 0)
            {
                throw _vocab.Error($"has the same piece more than once: numbers {string.Join(" and ", order[start..end].ToArray().Order())}.");
            }

            Sort(order[start..end], keys[start..end], sort, depth + UnitsPerKey);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ulong Key(int id, int depth)
    {
        var piece = _pieces[id];
        var key = 0UL;
        for (var i = depth; i < depth + UnitsPerKey; i++)
        {
            key = (key << 16) | (i < piece.Length ? _codes[piece[i]] : 0UL);
        }

        return key;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Place(int[] order)
    {
        var last = 0;
        var (codes, starts) = (new ushort[_codeCount], new int[_codeCount + 1]);
        var open = new Range[64];
        open[0] = new Range(PieceTrie.Root, 0, order.Length, 0);
        for (var waiting = 1; waiting > 0;)
        {
            var range = open[--waiting];
            var start = range.Start;
            if (start < range.End && _pieces[order[start]].Length == range.Depth)
            {
                _cells.Ids[range.Node] = order[start++];
            }

            var children = 0;
            for (var i = start; i < range.End; i++)
            {
                var code = _codes[_pieces[order[i]][range.Depth]];
                if (children == 0 || codes[children - 1] != code)
                {
                    (codes[children], starts[children]) = (code, i);
                    children++;
                }
            }

            starts[children] = range.End;
            var childrenStart = children == 0 ? 0 : _cells.FindRoom(codes.AsSpan(0, children));
            _cells.Cells[range.Node].Set(childrenStart, _cells.Ids[range.Node] >= 0);
            if (waiting + children > open.Length)
            {
                Array.Resize(ref open, (waiting + children) * 2);
            }

            for (var i = children - 1; i >= 0; i--)
            {
                var child = childrenStart + codes[i];
                _cells.Cells[child].Parent = range.Node;
                last = Math.Max(last, child);
                open[waiting++] = new Range(child, starts[i], starts[i + 1], range.Depth + 1);
            }
        }

        _cells.Resize(last + _codeCount + 1);
    }

    // The sorted pieces that start with the path to a node of this depth.
    private readonly record struct Range(int Node, int Start, int End, int Depth);
}
