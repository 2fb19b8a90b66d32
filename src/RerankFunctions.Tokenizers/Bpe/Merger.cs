namespace RerankFunctions.Tokenizers.Bpe;

/// <summary>
/// Merges the symbols of one word, always the pair of the lowest rank and of equals the leftmost, until no pair has a merge. Short words are
/// searched for the best pair; long ones keep a heap, so that time grows as n log n. Working memory of one thread at a time.
/// </summary>
internal sealed class Merger(MergeTable merges)
{
    private const int SearchedLength = 64;
    private const int KeptLength = 64 * 1024;

    private readonly PriorityQueue<int, long> _queue = new();
    private int[] _ids = new int[256];
    private int[] _ranks = new int[256];
    private int[] _merged = new int[256];
    private int[] _next = [];
    private int[] _previous = [];

    /// <summary>The symbols of a word, to be filled before <see cref="Merge"/>.</summary>
    /// <param name="length">How many there may be.</param>
    public Span<int> Symbols(int length)
    {
        if (_ids.Length < length || _ids.Length > KeptLength)
        {
            var size = Math.Max(256, length);
            (_ids, _ranks, _merged) = (new int[size], new int[size], new int[size]);
            (_next, _previous) = ([], []);
            _queue.Clear();
            _queue.TrimExcess();
        }

        return _ids.AsSpan(0, length);
    }

    /// <summary>Merges the first <paramref name="count"/> symbols.</summary>
    /// <returns>The ids of the word, valid until the next call.</returns>
    public ReadOnlySpan<int> Merge(int count) => _ids.AsSpan(0, count <= SearchedLength ? MergeBySearch(count) : MergeByQueue(count));

    private int MergeBySearch(int count)
    {
        var ids = _ids.AsSpan(0, count);
        var ranks = _ranks.AsSpan(0, count);
        var merged = _merged.AsSpan(0, count);
        for (var i = 0; i < count - 1; i++)
        {
            ranks[i] = merges.RankOf(ids[i], ids[i + 1], out merged[i]);
        }

        while (count > 1)
        {
            var (best, at) = (MergeTable.NoMerge, 0);
            for (var i = 0; i < count - 1; i++)
            {
                if (ranks[i] < best)
                {
                    (best, at) = (ranks[i], i);
                }
            }

            if (best == MergeTable.NoMerge)
            {
                break;
            }

            ids[at] = merged[at];
            count--;
            for (var i = at + 1; i < count; i++)
            {
                ids[i] = ids[i + 1];
                ranks[i] = ranks[i + 1];
                merged[i] = merged[i + 1];
            }

            if (at > 0)
            {
                ranks[at - 1] = merges.RankOf(ids[at - 1], ids[at], out merged[at - 1]);
            }

            if (at < count - 1)
            {
                ranks[at] = merges.RankOf(ids[at], ids[at + 1], out merged[at]);
            }
        }

        return count;
    }

    private int MergeByQueue(int count)
    {
        if (_next.Length < count)
        {
            (_next, _previous) = (new int[_ids.Length], new int[_ids.Length]);
        }

        _queue.Clear();
        _queue.EnsureCapacity(count);
        for (var i = 0; i < count; i++)
        {
            (_previous[i], _next[i]) = (i - 1, i + 1 < count ? i + 1 : -1);
        }

        for (var i = 0; i < count; i++)
        {
            Rank(i);
        }

        while (_queue.TryDequeue(out var at, out var priority))
        {
            // A pair that has changed since it was queued has another rank now, or none.
            if (_ids[at] < 0 || _ranks[at] != (int)(priority >> 32))
            {
                continue;
            }

            var gone = _next[at];
            _ids[at] = _merged[at];
            _ids[gone] = -1;
            _next[at] = _next[gone];
            if (_next[at] >= 0)
            {
                _previous[_next[at]] = at;
            }

            Rank(at);
            if (_previous[at] >= 0)
            {
                Rank(_previous[at]);
            }
        }

        var kept = 0;
        for (var i = 0; i >= 0; i = _next[i])
        {
            _ids[kept++] = _ids[i];
        }

        return kept;
    }

    private void Rank(int at)
    {
        var right = _next[at];
        _ranks[at] = right < 0 ? MergeTable.NoMerge : merges.RankOf(_ids[at], _ids[right], out _merged[at]);
        if (_ranks[at] != MergeTable.NoMerge)
        {
            _queue.Enqueue(at, ((long)_ranks[at] << 32) | (uint)at);
        }
    }
}
