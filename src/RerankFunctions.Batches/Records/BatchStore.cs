using Microsoft.Extensions.Logging;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Records;

/// <summary>The states and markers of batches.</summary>
public sealed class BatchStore(IBlobStore blobs, StorageClock clock, ILogger<BatchStore> logger)
{
    private const int MaxPage = 5_000;

    private readonly StateBlobs<BatchRecord> _states =
        new(blobs, clock, BatchesJson.Default.BatchRecord, BatchesJson.Stored.BatchRecord, BatchRecord.CurrentVersion);

    /// <summary>Writes the batch's marker. The markers list all batches that have not ended.</summary>
    public Task MarkActiveAsync(BatchId id, CancellationToken cancellationToken) =>
        blobs.CreateAsync(BatchBlobNames.Marker(id), ReadOnlyMemory<byte>.Empty, metadata: null, cancellationToken);

    /// <summary>Deletes the marker of a batch that has ended.</summary>
    public Task UnmarkActiveAsync(BatchId id, CancellationToken cancellationToken) => blobs.DeleteAsync(BatchBlobNames.Marker(id), cancellationToken);

    /// <summary>Lists a page of the markers.</summary>
    public Task<BlobPage> ListActiveAsync(string? continuation, CancellationToken cancellationToken) =>
        ListAsync(BatchBlobNames.Markers, continuation, cancellationToken);

    /// <summary>Lists a page of the states.</summary>
    public Task<BlobPage> ListStatesAsync(string? continuation, CancellationToken cancellationToken) =>
        ListAsync(BatchBlobNames.States, continuation, cancellationToken);

    /// <summary>Writes the first state of a batch unless one is stored already.</summary>
    /// <returns>The batch's state now.</returns>
    /// <exception cref="NewerVersionException">A newer version of the app has written the state.</exception>
    public async Task<BatchRecord> CreateRecordAsync(BatchRecord record, CancellationToken cancellationToken) =>
        await WriteAsync(current: null, record, cancellationToken) is null && await ReadRecordAsync(record.Id, cancellationToken) is { } stored
            ? stored.Value
            : record;

    /// <summary>Reads a batch's state.</summary>
    /// <returns>The state, or null when there is no such batch or its state is not readable.</returns>
    /// <exception cref="NewerVersionException">A newer version of the app has written the state.</exception>
    public Task<Versioned<BatchRecord>?> ReadRecordAsync(BatchId id, CancellationToken cancellationToken) =>
        _states.ReadAsync(
            BatchBlobNames.State(id), known: null, record => record.Id == id, () => logger.BlobUnreadable(id, "state"), cancellationToken);

    /// <summary>Replaces a batch's state if it has not changed since it was read.</summary>
    /// <returns>The new state with its ETag, or null when the stored state has changed.</returns>
    public Task<Versioned<BatchRecord>?> SwapAsync(Versioned<BatchRecord> current, BatchRecord next, CancellationToken cancellationToken) =>
        WriteAsync(current, next, cancellationToken);

    private Task<Versioned<BatchRecord>?> WriteAsync(Versioned<BatchRecord>? current, BatchRecord next, CancellationToken cancellationToken) =>
        _states.WriteAsync(BatchBlobNames.State(next.Id), current, next, metadata: null, cancellationToken);

    private async Task<BlobPage> ListAsync(string prefix, string? continuation, CancellationToken cancellationToken)
    {
        var page = await blobs.ListAsync(prefix, continuation, MaxPage, cancellationToken);
        clock.Set(page.Time);
        return page;
    }
}
