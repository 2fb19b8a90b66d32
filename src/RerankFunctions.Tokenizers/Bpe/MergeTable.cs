using System.Runtime.CompilerServices;

namespace RerankFunctions.Tokenizers.Bpe;

/// <summary>
/// The merges of a vocabulary: the rank of the merge of two adjacent ids. Most pairs have none and the table exceeds the processor's cache,
/// so a filter of one bit per pair answers first.
/// </summary>
internal sealed class MergeTable
{
    /// <summary>The rank of a pair without a merge, worse than any other.</summary>
    public const int NoMerge = int.MaxValue;

    private const int FilterBits = 21;

    private readonly ulong[] _filter = new ulong[1 << (FilterBits - 6)];
    private readonly Slot[] _slots;
    private readonly int _shift;
    private readonly int[] _results;
    private readonly int[] _byteRanks = new int[256 * 256];

    /// <summary>Builds the table.</summary>
    /// <param name="merges">The merges by rank. Of two merges of the same pair, the later one counts.</param>
    /// <param name="byteIds">The id of each byte, or −1.</param>
    public MergeTable(IReadOnlyList<(int Left, int Right, int Merged)> merges, ReadOnlySpan<int> byteIds)
    {
        var bits = 4;
        while (1L << bits < merges.Count * 3L / 2)
        {
            bits++;
        }

        _slots = new Slot[1 << bits];
        _slots.AsSpan().Fill(new Slot(-1, -1, NoMerge));
        _shift = 64 - bits;
        _results = new int[merges.Count];
        for (var rank = 0; rank < merges.Count; rank++)
        {
            var (left, right, merged) = merges[rank];
            _results[rank] = merged;
            Add(left, right, rank);
        }

        for (var pair = 0; pair < _byteRanks.Length; pair++)
        {
            var (left, right) = (byteIds[pair >> 8], byteIds[pair & 0xFF]);
            _byteRanks[pair] = left < 0 || right < 0 ? NoMerge : RankOf(left, right);
        }
    }

    /// <summary>Returns the rank of the merge of two ids, or <see cref="NoMerge"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RankOf(int left, int right)
    {
        var hash = Hash(left, right);
        var bit = (int)(hash >> (64 - FilterBits));
        return (_filter[bit >> 6] >> (bit & 63) & 1) == 0 ? NoMerge : Find(left, right, (int)(hash >> _shift));
    }

    /// <summary>Returns the rank of the merge of the tokens of two bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RankOfBytes(byte left, byte right) => _byteRanks[(left << 8) | right];

    /// <summary>Returns the id that a merge produces.</summary>
    public int ResultOf(int rank) => _results[rank];

    private static ulong Hash(int left, int right) => ((ulong)(uint)left << 32 | (uint)right) * 0x9E37_79B9_7F4A_7C15;

    private int Find(int left, int right, int index)
    {
        var slots = _slots;
        while (true)
        {
            ref readonly var slot = ref slots[index];
            if ((slot.Left == left && slot.Right == right) || slot.Left < 0)
            {
                return slot.Rank;
            }

            index = (index + 1) & (slots.Length - 1);
        }
    }

    private void Add(int left, int right, int rank)
    {
        var hash = Hash(left, right);
        var bit = (int)(hash >> (64 - FilterBits));
        _filter[bit >> 6] |= 1UL << (bit & 63);
        var index = (int)(hash >> _shift);
        while (_slots[index].Left >= 0 && (_slots[index].Left != left || _slots[index].Right != right))
        {
            index = (index + 1) & (_slots.Length - 1);
        }

        _slots[index] = new Slot(left, right, rank);
    }

    private readonly record struct Slot(int Left, int Right, int Rank);
}
