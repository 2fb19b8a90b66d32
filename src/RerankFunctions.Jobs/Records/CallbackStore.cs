using System.Text.Json;
using Microsoft.Extensions.Logging;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Records;

/// <summary>The states of callbacks: <c>jobs/{id}/callback.json</c>.</summary>
public sealed class CallbackStore(IBlobStore blobs, StorageClock clock, ILogger<CallbackStore> logger)
{
    /// <summary>Reads the state of a job's callback.</summary>
    /// <returns>The state; null where no call has begun or the state is not readable.</returns>
    public async Task<Versioned<CallbackRecord>?> ReadAsync(JobId id, CancellationToken cancellationToken)
    {
        var reading = await blobs.ReadAsync(BlobNames.Callback(id), knownETag: null, cancellationToken);
        clock.Set(reading.Time);
        if (!reading.IsFound)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(reading.Content.Span, JobsJson.Default.CallbackRecord) is { } record
                ? new Versioned<CallbackRecord>(record, reading.ETag)
                : null;
        }
        catch (JsonException)
        {
            logger.BlobUnreadable(id, "callback.json");
            return null;
        }
    }

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
            next, marked => WriteAsync(id, current?.ETag, marked, cancellationToken), () => ReadAsync(id, cancellationToken));
        return isWritten ? stored : null;
    }

    private async Task<Versioned<CallbackRecord>?> WriteAsync(JobId id, string? etag, CallbackRecord next, CancellationToken cancellationToken)
    {
        var (name, content) = (BlobNames.Callback(id), JsonSerializer.SerializeToUtf8Bytes(next, JobsJson.Stored.CallbackRecord));
        var writing = etag is null
            ? await blobs.CreateAsync(name, content, metadata: null, cancellationToken)
            : await blobs.ReplaceAsync(name, content, metadata: null, etag, cancellationToken);
        clock.Set(writing.Time);
        return writing.IsWritten ? new Versioned<CallbackRecord>(next, writing.ETag) : null;
    }
}
