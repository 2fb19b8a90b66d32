namespace RerankFunctions.Tokenizers.Bpe;

/// <summary>A heap of positions in a word, ordered by rank, the leftmost of equals first. Each node has four children.</summary>
internal sealed class RankQueue
{
    private const int Children = 4;

    private ulong[] _items = [];
    private int _count;

    /// <summary>Empties the queue.</summary>
    /// <param name="capacity">Number of positions to hold. Memory can shrink too.</param>
    public void Clear(int capacity)
    {
        _count = 0;
        if (_items.Length < capacity || _items.Length > Math.Max(capacity, Merger.KeptLength))
        {
            _items = new ulong[capacity];
        }
    }

    /// <summary>Appends a position without order; call <see cref="Order"/> before the first <see cref="TryTake"/>.</summary>
    public void Append(int rank, int position) => _items[_count++] = Item(rank, position);

    /// <summary>Orders the appended positions.</summary>
    public void Order()
    {
        for (var i = (_count - 2) / Children; _count > 1 && i >= 0; i--)
        {
            Sink(i, _items[i]);
        }
    }

    /// <summary>Adds a position.</summary>
    public void Add(int rank, int position)
    {
        if (_count == _items.Length)
        {
            Array.Resize(ref _items, Math.Max(16, _count * 2));
        }

        var item = Item(rank, position);
        var i = _count++;
        while (i > 0 && _items[(i - 1) / Children] is var parent && parent > item)
        {
            _items[i] = parent;
            i = (i - 1) / Children;
        }

        _items[i] = item;
    }

    /// <summary>Removes the best position.</summary>
    public bool TryTake(out int rank, out int position)
    {
        if (_count == 0)
        {
            (rank, position) = (MergeTable.NoMerge, 0);
            return false;
        }

        (rank, position) = ((int)(_items[0] >> 32), (int)_items[0]);
        var last = _items[--_count];
        if (_count > 0)
        {
            Sink(0, last);
        }

        return true;
    }

    private static ulong Item(int rank, int position) => ((ulong)rank << 32) | (uint)position;

    private void Sink(int i, ulong item)
    {
        var items = _items.AsSpan(0, _count);
        while ((i * Children) + 1 is var first && first < items.Length)
        {
            var best = first;
            for (var child = first + 1; child < Math.Min(first + Children, items.Length); child++)
            {
                best = items[child] < items[best] ? child : best;
            }

            if (items[best] >= item)
            {
                break;
            }

            items[i] = items[best];
            i = best;
        }

        items[i] = item;
    }
}
