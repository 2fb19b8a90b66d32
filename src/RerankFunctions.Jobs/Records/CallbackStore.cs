using Microsoft.Extensions.Logging;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Records;

/// <summary>The states of callbacks: <c>jobs/{id}/callback.json</c>.</summary>
public sealed class CallbackStore(IBlobStore blobs, StorageClock clock, ILogger<CallbackStore> logger)
{
    private readonly StateBlobs<CallbackRecord> _states =
        new(blobs, clock, JobsJson.Default.CallbackRecord, JobsJson.Stored.CallbackRecord, JobRecord.CurrentVersion);

    /// <summary>Reads the state of a job's callback.</summary>
    /// <returns>The state; null where no call has begun or the state is not readable.</returns>
    /// <exception cref="NewerVersionException">A newer version of the app has written the state.</exception>
    public Task<Versioned<CallbackRecord>?> ReadAsync(JobId id, CancellationToken cancellationToken) =>
        _states.ReadAsync(
            BlobNames.Callback(id), known: null, static _ => true, () => logger.BlobUnreadable(id, "callback.json"), cancellationToken);

    /// <summary>Writes the next state of a job's callback if nobody else has written since.</summary>
    /// <param name="id">The job.</param>
    /// <param name="current">The state as read; null where there was none.</param>
    /// <param name="next">The next state.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The written state; null when another writer was first.</returns>
    public async Task<Versioned<CallbackRecord>?> SwapAsync(
        JobId id, Versioned<CallbackRecord>? current, CallbackRecord next, CancellationToken cancellationToken)
    {
        var (stored, isWritten) = await StateSwap.RunAsync(
            next,
            marked => _states.WriteAsync(BlobNames.Callback(id), current, marked, metadata: null, cancellationToken),
            () => ReadAsync(id, cancellationToken));
        return isWritten ? stored : null;
    }
}
