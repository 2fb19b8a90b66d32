namespace RerankFunctions.Inference.Caching;

/// <summary>
/// A part of <see cref="ScoreCache"/>: sets of eight entries, the most recently used first. It has no set at first and doubles when a set is full.
/// </summary>
/// <param name="maxSets">Maximum number of sets, at least 1.</param>
internal sealed class ScoreCachePart(int maxSets)
{
    /// <summary>Entries of a set.</summary>
    public const int Ways = 8;

    /// <summary>Bytes of an entry: two halves of the hash, the logit and the counts.</summary>
    public const int EntryBytes = sizeof(ulong) + sizeof(ulong) + sizeof(float) + sizeof(uint);

    /// <summary>Bytes of a set.</summary>
    public const int SetBytes = Ways * EntryBytes;

    private readonly Lock _lock = new();
    private Entry[] _entries = [];

    /// <summary>Bytes of the sets that exist.</summary>
    public long AllocatedBytes => (long)Volatile.Read(ref _entries).Length * EntryBytes;

    /// <summary>Finds a score and moves it to the front of its set.</summary>
    public bool TryGet(PairKey key, out CachedScore score)
    {
        lock (_lock)
        {
            var set = SetOf(_entries, (ulong)key.Value);
            for (var i = 0; i < set.Length && set[i].IsUsed; i++)
            {
                if (set[i].Has(key))
                {
                    var found = set[i];
                    MoveToFront(set[..(i + 1)], found);
                    score = found.Score;
                    return true;
                }
            }
        }

        score = default;
        return false;
    }

    /// <summary>Puts a score at the front of its set.</summary>
    public void Set(PairKey key, CachedScore score)
    {
        var entry = new Entry(key, score);
        lock (_lock)
        {
            while (!TryPut(_entries, entry, canEvict: _entries.Length == maxSets * Ways))
            {
                Grow();
            }
        }
    }

    private static bool TryPut(Entry[] entries, in Entry entry, bool canEvict)
    {
        var set = SetOf(entries, entry.Low);
        for (var i = 0; i < set.Length; i++)
        {
            if (!set[i].IsUsed || set[i].IsSameAs(entry) || (canEvict && i == Ways - 1))
            {
                MoveToFront(set[..(i + 1)], entry);
                return true;
            }
        }

        return false;
    }

    private static void MoveToFront(Span<Entry> entries, in Entry entry)
    {
        entries[..^1].CopyTo(entries[1..]);
        entries[0] = entry;
    }

    private static Span<Entry> SetOf(Entry[] entries, ulong hash)
    {
        var sets = (uint)entries.Length / Ways;
        var set = (int)(((hash >> 32) * sets) >> 32);
        return entries.AsSpan(set * Ways, sets == 0 ? 0 : Ways);
    }

    private void Grow()
    {
        var sets = (int)Math.Min(maxSets, Math.Max(1L, _entries.Length / Ways * 2L));
        var grown = new Entry[sets * Ways];
        for (var start = 0; start < _entries.Length; start += Ways)
        {
            // The least recently used first, so that the order stays.
            for (var i = start + Ways - 1; i >= start; i--)
            {
                if (_entries[i].IsUsed)
                {
                    TryPut(grown, _entries[i], canEvict: true);
                }
            }
        }

        Volatile.Write(ref _entries, grown);
    }

    private readonly struct Entry(PairKey key, CachedScore score)
    {
        private readonly ulong _high = (ulong)(key.Value >> 64);
        private readonly float _logit = score.Logit;
        private readonly uint _counts = ((uint)score.Tokens << 3) | (score.DocumentTruncated ? 4u : 0) | (score.QueryTruncated ? 2u : 0) | 1;

        public ulong Low { get; } = (ulong)key.Value;

        public bool IsUsed => _counts != 0;

        public CachedScore Score => new(_logit, (int)(_counts >> 3), (_counts & 4) != 0, (_counts & 2) != 0);

        public bool Has(PairKey key) => Low == (ulong)key.Value && _high == (ulong)(key.Value >> 64);

        public bool IsSameAs(in Entry other) => Low == other.Low && _high == other._high;
    }
}
