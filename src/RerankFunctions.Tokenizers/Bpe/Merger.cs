namespace RerankFunctions.Tokenizers.Bpe;

/// <summary>
/// Merges the bytes of one word: always the pair of the lowest rank, the leftmost of equals, until no pair has a merge. Short words are
/// searched for the best pair; long words keep a queue, so that time grows as n log n. Used by one thread at a time.
/// </summary>
internal sealed class Merger(MergeTable merges, int[] byteIds)
{
    /// <summary>Length in bytes of the longest word whose working memory is kept.</summary>
    public const int KeptLength = 64 * 1024;

    private const int SearchedLength = 64;
    private const int TakesPerCheck = 4096;
    private const int Gone = -1;

    private readonly RankQueue _queue = new();
    private int[] _ids = new int[256];
    private int[] _ranks = new int[256];
    private int[] _next = [];
    private int[] _previous = [];

    /// <summary>Returns the ids of a word, valid until the next call.</summary>
    /// <param name="word">Bytes that all have an id.</param>
    /// <param name="cancellationToken">Checked while a long word is merged.</param>
    public ReadOnlySpan<int> Merge(ReadOnlySpan<byte> word, CancellationToken cancellationToken)
    {
        if (_ids.Length < word.Length || _ids.Length > KeptLength)
        {
            var size = Math.Max(256, word.Length);
            (_ids, _ranks, _next, _previous) = (new int[size], new int[size], [], []);
        }

        var ids = _ids.AsSpan(0, word.Length);
        var ranks = _ranks.AsSpan(0, word.Length);
        for (var i = 0; i < word.Length; i++)
        {
            ids[i] = byteIds[word[i]];
            ranks[i] = i + 1 < word.Length ? merges.RankOfBytes(word[i], word[i + 1]) : MergeTable.NoMerge;
        }

        return ids[..(word.Length <= SearchedLength ? MergeBySearch(ids, ranks) : MergeByQueue(ids, ranks, cancellationToken))];
    }

    private int MergeBySearch(Span<int> ids, Span<int> ranks)
    {
        while (true)
        {
            var (best, at) = (MergeTable.NoMerge, 0);
            for (var i = 0; i < ranks.Length; i++)
            {
                if (ranks[i] < best)
                {
                    (best, at) = (ranks[i], i);
                }
            }

            if (best == MergeTable.NoMerge)
            {
                return ids.Length;
            }

            ids[at] = merges.ResultOf(best);
            ids[(at + 2)..].CopyTo(ids[(at + 1)..]);
            ranks[(at + 2)..].CopyTo(ranks[(at + 1)..]);
            ids = ids[..^1];
            ranks = ranks[..^1];
            if (at > 0)
            {
                ranks[at - 1] = merges.RankOf(ids[at - 1], ids[at]);
            }

            ranks[at] = at + 1 < ids.Length ? merges.RankOf(ids[at], ids[at + 1]) : MergeTable.NoMerge;
        }
    }

    private int MergeByQueue(Span<int> ids, Span<int> ranks, CancellationToken cancellationToken)
    {
        if (_next.Length < ids.Length)
        {
            (_next, _previous) = (new int[_ids.Length], new int[_ids.Length]);
        }

        _queue.Clear(ids.Length);
        for (var i = 0; i < ids.Length; i++)
        {
            (_previous[i], _next[i]) = (i - 1, i + 1 < ids.Length ? i + 1 : Gone);
            if (ranks[i] != MergeTable.NoMerge)
            {
                _queue.Append(ranks[i], i);
            }
        }

        _queue.Order();
        for (var taken = 1; _queue.TryTake(out var rank, out var at); taken++)
        {
            if (taken % TakesPerCheck == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            // A pair that has changed since it was queued has another rank, or none.
            if (ids[at] == Gone || ranks[at] != rank)
            {
                continue;
            }

            var gone = _next[at];
            ids[at] = merges.ResultOf(rank);
            ids[gone] = Gone;
            _next[at] = _next[gone];
            if (_next[at] != Gone)
            {
                _previous[_next[at]] = at;
            }

            Rank(at, ids, ranks);
            if (_previous[at] != Gone)
            {
                Rank(_previous[at], ids, ranks);
            }
        }

        var kept = 0;
        for (var i = 0; i != Gone; i = _next[i])
        {
            ids[kept++] = ids[i];
        }

        return kept;
    }

    private void Rank(int at, Span<int> ids, Span<int> ranks)
    {
        var right = _next[at];
        ranks[at] = right == Gone ? MergeTable.NoMerge : merges.RankOf(ids[at], ids[right]);
        if (ranks[at] != MergeTable.NoMerge)
        {
            _queue.Add(ranks[at], at);
        }
    }
}
