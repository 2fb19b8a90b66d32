using System.Buffers;

namespace RerankFunctions.Tokenizers;

/// <summary>A growing list of token ids on a pooled array. Not safe for use by several threads at once; whoever creates it disposes of it.</summary>
public sealed class TokenBuffer : IDisposable
{
    private int[] _ids;

    /// <summary>Creates an empty buffer.</summary>
    /// <param name="capacity">Ids it holds before it has to grow; at least 1.</param>
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

    /// <summary>Appends many ids.</summary>
    public void AddRange(ReadOnlySpan<int> ids)
    {
        if (_ids.Length - Count < ids.Length)
        {
            Grow(Count + ids.Length);
        }

        ids.CopyTo(_ids.AsSpan(Count));
        Count += ids.Length;
    }

    /// <summary>Drops every id from <paramref name="count"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative or larger than <see cref="Count"/>.</exception>
    public void Truncate(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        Count = count;
    }

    /// <summary>Empties the buffer; its memory is kept.</summary>
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
