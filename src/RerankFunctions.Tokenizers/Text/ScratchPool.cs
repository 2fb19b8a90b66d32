namespace RerankFunctions.Tokenizers.Text;

/// <summary>A pool of working memory, each object used by one thread at a time.</summary>
/// <typeparam name="T">The working memory.</typeparam>
internal sealed class ScratchPool<T>(Func<T> create)
    where T : class
{
    private readonly T?[] _free = new T?[Math.Max(4, Environment.ProcessorCount * 2)];

    /// <summary>Takes an object, which the caller must return.</summary>
    public T Rent()
    {
        for (var i = 0; i < _free.Length; i++)
        {
            if (_free[i] is not null && Interlocked.Exchange(ref _free[i], null) is { } free)
            {
                return free;
            }
        }

        return create();
    }

    /// <summary>Returns an object. It is dropped if the pool is full.</summary>
    public void Return(T scratch)
    {
        for (var i = 0; i < _free.Length; i++)
        {
            if (_free[i] is null && Interlocked.CompareExchange(ref _free[i], scratch, null) is null)
            {
                return;
            }
        }
    }
}
