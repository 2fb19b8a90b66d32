using System.Threading.Channels;

namespace RerankFunctions.Jobs.Storage;

/// <summary>
/// A limit on calls that are under way at once. Storage that gets more requests than it can serve answers all of them later, until none is answered in time.
/// Callers beyond the limit wait in order.
/// </summary>
public sealed class CallLimit
{
    private readonly Channel<bool> _free;

    /// <summary>Creates a limit.</summary>
    /// <param name="limit">Maximum number of calls at once.</param>
    public CallLimit(int limit)
    {
        _free = Channel.CreateBounded<bool>(limit);
        for (var i = 0; i < limit; i++)
        {
            _free.Writer.TryWrite(true);
        }
    }

    /// <summary>Makes a call as soon as fewer than the limit are under way.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        await _free.Reader.ReadAsync(cancellationToken);
        try
        {
            return await call(cancellationToken);
        }
        finally
        {
            _free.Writer.TryWrite(true);
        }
    }
}
