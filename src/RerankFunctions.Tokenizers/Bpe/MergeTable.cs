using System.Runtime.CompilerServices;

namespace RerankFunctions.Tokenizers.Bpe;

/// <summary>The merges of a vocabulary: for two neighbouring ids the rank of their merge and the id that it gives.</summary>
internal sealed class MergeTable
{
    /// <summary>The rank of a pair that no merge names; worse than any other.</summary>
    public const int NoMerge = int.MaxValue;

    private readonly Slot[] _slots;
    private readonly int _shift;

    /// <summary>Creates a table for so many merges.</summary>
    public MergeTable(int merges)
    {
        var bits = 4;
        while (1L << bits < merges * 3L / 2)
        {
            bits++;
        }

        _slots = new Slot[1 << bits];
        Array.Fill(_slots, new Slot(-1, -1, NoMerge, -1));
        _shift = 64 - bits;
    }

    /// <summary>Adds a merge; of two for the same pair the later one holds.</summary>
    public void Add(int left, int right, int rank, int merged)
    {
        var index = Start(left, right);
        while (_slots[index].Left >= 0 && (_slots[index].Left != left || _slots[index].Right != right))
        {
            index = (index + 1) & (_slots.Length - 1);
        }

        _slots[index] = new Slot(left, right, rank, merged);
    }

    /// <summary>The rank of the merge of two ids, and the id it gives; <see cref="NoMerge"/> when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RankOf(int left, int right, out int merged)
    {
        var slots = _slots;
        var index = Start(left, right);
        while (true)
        {
            ref readonly var slot = ref slots[index];
            if ((slot.Left == left && slot.Right == right) || slot.Left < 0)
            {
                merged = slot.Merged;
                return slot.Rank;
            }

            index = (index + 1) & (slots.Length - 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Start(int left, int right) => (int)((((ulong)(uint)left << 32 | (uint)right) * 0x9E37_79B9_7F4A_7C15) >> _shift);

    private readonly record struct Slot(int Left, int Right, int Rank, int Merged);
}
