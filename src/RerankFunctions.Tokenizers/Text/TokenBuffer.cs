using System.Buffers;

namespace RerankFunctions.Tokenizers.Text;

/// <summary>A growing list of token ids on a pooled array. Used by one thread at a time; its creator disposes of it.</summary>
public sealed class TokenBuffer : IDisposable
{
    private int[] _ids;

    /// <summary>Creates an empty buffer.</summary>
    /// <param name="capacity">Number of ids that fit before the buffer grows; at least 1.</param>
    public TokenBuffer(int capacity = 256)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _ids = ArrayPool<int>.Shared.Rent(capacity);
    }

    /// <summary>Number of ids in the buffer.</summary>
    public int Count { get; private set; }

    /// <summary>The ids, valid until the next change of the buffer.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>Appends one id.</summary>
    public void Add(int id)
    {
        if (Count == _ids.Length)
        {
            Grow(Count + 1);
        }

        _ids[Count++] = id;
    }

    /// <summary>Appends several ids.</summary>
    public void AddRange(ReadOnlySpan<int> ids)
    {
        if (_ids.Length - Count < ids.Length)
        {
            Grow(Count + ids.Length);
        }

        ids.CopyTo(_ids.AsSpan(Count));
        Count += ids.Length;
    }

    /// <summary>Keeps the first <paramref name="count"/> ids.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative or larger than <see cref="Count"/>.</exception>
    public void Truncate(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        Count = count;
    }

    /// <summary>Empties the buffer and keeps its memory.</summary>
    public void Clear() => Count = 0;

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        if (_ids.Length > 0)
        {
            ArrayPool<int>.Shared.Return(_ids);
        }

        _ids = [];
        Count = 0;
    }

    private void Grow(int needed)
    {
        ObjectDisposedException.ThrowIf(_ids.Length == 0, this);
        var larger = ArrayPool<int>.Shared.Rent(Math.Max(needed, _ids.Length * 2));
        Ids.CopyTo(larger);
        ArrayPool<int>.Shared.Return(_ids);
        _ids = larger;
    }
}
