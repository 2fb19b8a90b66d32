namespace RerankFunctions.Tokenizers.Bpe;

/// <summary>A heap of places in a word, the one of the lowest rank first and of equals the leftmost; four children a node.</summary>
internal sealed class RankQueue
{
    private const int Children = 4;

    private ulong[] _items = [];
    private int _count;

    /// <summary>Empties the queue.</summary>
    /// <param name="capacity">How many places it will hold at once; its memory shrinks, too.</param>
    public void Clear(int capacity)
    {
        _count = 0;
        if (_items.Length < capacity || _items.Length > Math.Max(capacity, Merger.KeptLength))
        {
            _items = new ulong[capacity];
        }
    }

    /// <summary>Appends a place without regard to order; <see cref="Order"/> goes before the first <see cref="TryTake"/>.</summary>
    public void Append(int rank, int place) => _items[_count++] = Item(rank, place);

    /// <summary>Puts what was appended in order.</summary>
    public void Order()
    {
        for (var i = (_count - 2) / Children; _count > 1 && i >= 0; i--)
        {
            Sink(i, _items[i]);
        }
    }

    /// <summary>Adds a place.</summary>
    public void Add(int rank, int place)
    {
        if (_count == _items.Length)
        {
            Array.Resize(ref _items, Math.Max(16, _count * 2));
        }

        var item = Item(rank, place);
        var i = _count++;
        while (i > 0 && _items[(i - 1) / Children] is var parent && parent > item)
        {
            _items[i] = parent;
            i = (i - 1) / Children;
        }

        _items[i] = item;
    }

    /// <summary>Takes the best place out.</summary>
    public bool TryTake(out int rank, out int place)
    {
        if (_count == 0)
        {
            (rank, place) = (MergeTable.NoMerge, 0);
            return false;
        }

        (rank, place) = ((int)(_items[0] >> 32), (int)_items[0]);
        var last = _items[--_count];
        if (_count > 0)
        {
            Sink(0, last);
        }

        return true;
    }

    private static ulong Item(int rank, int place) => ((ulong)rank << 32) | (uint)place;

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
