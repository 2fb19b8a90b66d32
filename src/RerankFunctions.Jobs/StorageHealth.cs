using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs;

/// <summary>Tells whether jobs can be stored and announced now.</summary>
public sealed class StorageHealth
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private readonly JobStore _store;
    private readonly IJobMessages _queue;
    private readonly TimeProvider _time;

    internal StorageHealth(JobStore store, IJobMessages queue, TimeProvider time)
    {
        _store = store;
        _queue = queue;
        _time = time;
    }

    /// <summary>Asks blobs and queue for something small, at most for three seconds.</summary>
    /// <returns>Messages waiting in the queue, roughly.</returns>
    /// <exception cref="StorageUnavailableException">One of them does not answer or refuses this app; the message says how.</exception>
    public async Task<int> CheckAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var counting = _queue.CountAsync(either.Token);
            await Task.WhenAll(_store.ReadRecordAsync(default(JobId), either.Token), counting);
            return await counting;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StorageUnavailableException($"Storage did not answer within {Timeout}.", exception);
        }
    }
}
