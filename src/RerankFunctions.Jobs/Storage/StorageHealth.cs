namespace RerankFunctions.Jobs.Storage;

/// <summary>Checks whether jobs can be stored and announced now.</summary>
public sealed class StorageHealth(IBlobStore blobs, IJobMessages messages, TimeProvider time)
{
    // A blob that nobody writes: storage answers that it does not exist.
    private const string ProbeName = "health";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Sends a small request to blobs and queue, and waits for both for up to three seconds.</summary>
    /// <returns>Approximate number of messages in the queue.</returns>
    /// <exception cref="StorageUnavailableException">Blobs or queue do not answer or refuse this app; the message gives the reason.</exception>
    public async Task<int> CheckAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var counting = messages.CountAsync(either.Token);
            await Task.WhenAll(blobs.ReadAsync(ProbeName, knownETag: null, either.Token), counting);
            return await counting;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StorageUnavailableException($"Storage did not answer within {Timeout}.", exception);
        }
    }
}
