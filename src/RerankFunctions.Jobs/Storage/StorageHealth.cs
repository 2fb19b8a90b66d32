using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Jobs.Storage;

/// <summary>Checks whether jobs can be stored and announced now.</summary>
public sealed class StorageHealth(IBlobStore blobs, IJobMessages messages, TimeProvider time)
{
    // A blob that nobody writes: storage answers that it does not exist.
    private const string ProbeName = "health";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Sends a small request to blobs and queue, and waits for both for up to three seconds.</summary>
    /// <returns>Approximate number of messages in the queue of interactive jobs.</returns>
    /// <exception cref="StorageUnavailableException">Blobs or queue do not answer or refuse this app; the message gives the reason.</exception>
    public Task<int> CheckAsync(CancellationToken cancellationToken) =>
        StorageFaults.WithinAsync(Timeout, time, ProbeAsync, cancellationToken);

    private async Task<int> ProbeAsync(CancellationToken cancellationToken)
    {
        var counting = messages.CountAsync(QueueKind.Interactive, cancellationToken);
        await Task.WhenAll(blobs.ReadAsync(ProbeName, knownETag: null, cancellationToken), counting);
        return await counting;
    }
}
