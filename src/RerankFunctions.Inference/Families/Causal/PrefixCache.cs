namespace RerankFunctions.Inference.Families.Causal;

/// <summary>
/// Keys and values of prefixes, shared by all jobs of a model: those that were used last, within a number of bytes, and those of the instruction for good.
/// Only the run that is under way uses it, and one run is under way at a time, so it has no locks.
/// </summary>
/// <param name="session">Computes keys and values.</param>
/// <param name="maxBytes">Maximum size of all keys and values. A prefix that exceeds it alone is kept until a run uses another one.</param>
internal sealed class PrefixCache(CausalSession session, long maxBytes) : IDisposable
{
    private readonly Dictionary<TokenPrefix, LinkedListNode<KeyValueCache>> _byPrefix = [];
    private readonly LinkedList<KeyValueCache> _leastRecentlyUsedFirst = new();
    private KeyValueCache? _instruction;

    /// <summary>Size of all keys and values in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Number of runs that had to compute their prefix.</summary>
    public long Misses { get; private set; }

    /// <summary>Computes the keys and values of the instruction, which are kept for good. Called once.</summary>
    /// <exception cref="Microsoft.ML.OnnxRuntime.OnnxRuntimeException">The run failed.</exception>
    public void KeepInstruction(TokenPrefix instruction)
    {
        _instruction = session.Compute(instruction, start: null);
        Bytes += _instruction.Bytes;
    }

    /// <summary>Frees all but the instruction's and counts from zero.</summary>
    public void Reset()
    {
        Free(long.MaxValue, inUse: null);
        Misses = 0;
    }

    /// <summary>Returns the keys and values of a prefix, from the cache or computed now. The caller may use them until its run ends.</summary>
    /// <returns>Null for a prefix of no tokens.</returns>
    /// <exception cref="Microsoft.ML.OnnxRuntime.OnnxRuntimeException">The run that computes them failed.</exception>
    public KeyValueCache? Get(TokenPrefix prefix)
    {
        if (prefix.Length == 0)
        {
            return null;
        }

        var values = Find(prefix);
        if (values is null)
        {
            Misses++;
            values = Compute(prefix);
        }

        // A prefix that alone exceeds the maximum is freed here, by the first run that uses another one.
        Free(0, values);
        return values;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var values in _leastRecentlyUsedFirst)
        {
            values.Dispose();
        }

        _leastRecentlyUsedFirst.Clear();
        _byPrefix.Clear();
        _instruction?.Dispose();
        Bytes = 0;
    }

    private KeyValueCache? Find(TokenPrefix prefix)
    {
        if (_instruction is not null && _instruction.Prefix.Equals(prefix))
        {
            return _instruction;
        }

        if (!_byPrefix.TryGetValue(prefix, out var node))
        {
            return null;
        }

        _leastRecentlyUsedFirst.Remove(node);
        _leastRecentlyUsedFirst.AddLast(node);
        return node.Value;
    }

    private KeyValueCache Compute(TokenPrefix prefix)
    {
        var start = LongestStartOf(prefix);
        Free(session.BytesOf(prefix), start);

        // A prefix is part of a pair's ids, which should not stay in memory for it.
        var values = session.Compute(new TokenPrefix(prefix.Ids.ToArray()), start);
        _byPrefix.Add(values.Prefix, _leastRecentlyUsedFirst.AddLast(values));
        Bytes += values.Bytes;
        return values;
    }

    private KeyValueCache? LongestStartOf(TokenPrefix prefix)
    {
        var longest = _instruction is not null && _instruction.Prefix.IsStartOf(prefix) ? _instruction : null;
        foreach (var values in _leastRecentlyUsedFirst)
        {
            if (values.Prefix.Length > (longest?.Prefix.Length ?? 0) && values.Prefix.IsStartOf(prefix))
            {
                longest = values;
            }
        }

        return longest;
    }

    /// <summary>Frees what was not used for longest until there is room for further bytes.</summary>
    /// <param name="bytes">The further bytes.</param>
    /// <param name="inUse">Keys and values that must stay.</param>
    private void Free(long bytes, KeyValueCache? inUse)
    {
        for (var node = _leastRecentlyUsedFirst.First; node is not null && Bytes > maxBytes - bytes;)
        {
            var (values, next) = (node.Value, node.Next);
            if (!ReferenceEquals(values, inUse))
            {
                _leastRecentlyUsedFirst.Remove(node);
                _byPrefix.Remove(values.Prefix);
                Bytes -= values.Bytes;
                values.Dispose();
            }

            node = next;
        }
    }
}
