using System.Runtime.CompilerServices;

namespace RerankFunctions.Tokenizers.Unigram;

/// <summary>The growing cells of a trie that is being built, and the search for free ones.</summary>
internal sealed class PieceCells
{
    private const int TriesForFamily = 48;

    private readonly int _codeCount;
    private PieceTrie.Cell[] _cells = [];
    private int[] _ids = [];

    // For each occupied cell, a later one up to which all are occupied, so that no search walks over the same cells again; 0 if none is known.
    private int[] _skips = [];
    private int _behind;

    /// <summary>Creates free cells behind a root.</summary>
    /// <param name="codeCount">One more than the largest code.</param>
    /// <param name="expected">Number of cells to begin with.</param>
    public PieceCells(int codeCount, int expected)
    {
        _codeCount = codeCount;
        Grow(expected);

        // Occupied, and not a child of any node.
        _cells[PieceTrie.Root].Parent = int.MaxValue;
    }

    /// <summary>The cells, until the next change of their number.</summary>
    public PieceTrie.Cell[] Cells => _cells;

    /// <summary>The id of the piece that ends at each cell, or −1.</summary>
    public int[] Ids => _ids;

    /// <summary>
    /// Returns the first index where the cells of all children are free. Children that do not fit into gaps after some tries go behind them.
    /// </summary>
    /// <param name="codes">The codes of the children, ascending, at least one.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int FindRoom(ReadOnlySpan<ushort> codes)
    {
        var slot = NextFree(codes[0]);
        for (var tries = 0; ; slot = NextFree(slot + 1))
        {
            Grow(slot + _codeCount);
            if (Fits(slot - codes[0], codes))
            {
                return slot - codes[0];
            }

            if (++tries == TriesForFamily)
            {
                slot = Math.Max(slot, _behind);
            }
        }
    }

    /// <summary>Gives the array a size; further cells are free.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Resize(int size)
    {
        var used = Math.Min(_cells.Length, size);
        Array.Resize(ref _cells, size);
        Array.Resize(ref _ids, size);
        Array.Resize(ref _skips, size);
        _ids.AsSpan(used).Fill(-1);
        foreach (ref var cell in _cells.AsSpan(used))
        {
            cell.Parent = -1;
        }
    }

    // Finds the first free cell from a slot on. Cells behind the array are free.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int NextFree(int slot)
    {
        var free = slot;
        while (free < _cells.Length && _cells[free].Parent >= 0)
        {
            free = Math.Max(free + 1, _skips[free]);
        }

        while (slot < free)
        {
            (_skips[slot], slot) = (free, Math.Max(slot + 1, _skips[slot]));
        }

        return free;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Fits(int childrenStart, ReadOnlySpan<ushort> codes)
    {
        foreach (var code in codes)
        {
            if (_cells[childrenStart + code].Parent >= 0)
            {
                return false;
            }
        }

        _behind = Math.Max(_behind, codes.Length > 1 ? childrenStart + codes[0] : 0);
        return true;
    }

    private void Grow(int needed)
    {
        if (needed >= _cells.Length)
        {
            Resize(Math.Max(needed + 1, _cells.Length + (_cells.Length / 2)));
        }
    }
}
