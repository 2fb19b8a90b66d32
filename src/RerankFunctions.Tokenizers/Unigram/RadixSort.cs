using System.Runtime.CompilerServices;

namespace RerankFunctions.Tokenizers.Unigram;

/// <summary>Sorts keys with what belongs to them, byte by byte from the lowest; short stretches by insertion.</summary>
/// <param name="capacity">Keys at most.</param>
/// <remarks>The framework's generic sort is compiled anew for these types, without optimization at first, and would take a fifth of a first load.</remarks>
internal sealed class RadixSort(int capacity)
{
    private const int InsertionLength = 48;

    private readonly ulong[] _keys = new ulong[capacity];
    private readonly int[] _items = new int[capacity];
    private readonly int[] _counts = new int[256];

    /// <summary>Sorts the keys ascending, and the items with them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Sort(Span<ulong> keys, Span<int> items)
    {
        if (keys.Length <= InsertionLength)
        {
            Insert(keys, items);
            return;
        }

        var otherKeys = _keys.AsSpan(0, keys.Length);
        var otherItems = _items.AsSpan(0, keys.Length);
        for (var shift = 0; shift < 64; shift += 8)
        {
            Array.Clear(_counts);
            foreach (var key in keys)
            {
                _counts[(int)(key >> shift) & 0xFF]++;
            }

            var next = 0;
            for (var i = 0; i < _counts.Length; i++)
            {
                (_counts[i], next) = (next, next + _counts[i]);
            }

            for (var i = 0; i < keys.Length; i++)
            {
                var target = _counts[(int)(keys[i] >> shift) & 0xFF]++;
                otherKeys[target] = keys[i];
                otherItems[target] = items[i];
            }

            otherKeys.CopyTo(keys);
            otherItems.CopyTo(items);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Insert(Span<ulong> keys, Span<int> items)
    {
        for (var i = 1; i < keys.Length; i++)
        {
            var (key, item) = (keys[i], items[i]);
            var at = i;
            for (; at > 0 && keys[at - 1] > key; at--)
            {
                keys[at] = keys[at - 1];
                items[at] = items[at - 1];
            }

            (keys[at], items[at]) = (key, item);
        }
    }
}
