using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Records;
using RerankFunctions.Batches.Settings;
using RerankFunctions.Batches.Storage;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Starting;

/// <summary>Starts batches. A version of a blob has one batch, however often and by whomever it is started.</summary>
public sealed class BatchStart(
    BatchStore store,
    IBatchFiles files,
    IJobMessages messages,
    ServedModels models,
    BatchMetrics metrics,
    IOptions<BatchOptions> options,
    StorageClock clock,
    TimeProvider time,
    ILogger<BatchStart> logger)
{
    /// <summary>Starts the batch of the current version of a blob, or finds the one that was started before.</summary>
    /// <param name="request">The blob, and what the client asks for.</param>
    /// <param name="traceParent">W3C trace context of the request; null for none.</param>
    /// <param name="cancellationToken">Cancels the call; the batch may have been started all the same.</param>
    /// <returns>The batch's state; null when there is no such blob, or it is empty.</returns>
    public async Task<BatchRecord?> StartAsync(BatchRequest request, string? traceParent, CancellationToken cancellationToken) =>
        await files.FindAsync(request.Container, request.Name, cancellationToken) is { Bytes: > 0 } version
            ? await StartAsync(request, version, traceParent, cancellationToken)
            : null;

    /// <summary>Starts the batch of a version of a blob, or finds the one that was started before.</summary>
    public async Task<BatchRecord> StartAsync(BatchRequest request, FileVersion version, string? traceParent, CancellationToken cancellationToken)
    {
        using var span = BatchesTelemetry.StartAcceptance(traceParent);
        var id = BatchId.Of(request.Container, request.Name, version.ETag, version.WrittenAt);
        span?.SetBatch(id);
        if (await store.ReadRecordAsync(id, cancellationToken) is { } known)
        {
            return await KnowAsync(known.Value, cancellationToken);
        }

        var now = new Moment(clock.GetUtcNow(), time.GetUtcNow());
        var batch = Accept(id, request, version, span?.Id ?? traceParent, now);
        await store.MarkActiveAsync(id, cancellationToken);
        var accepted = await store.CreateRecordAsync(batch, cancellationToken);
        if (accepted.Write != batch.Write)
        {
            return await KnowAsync(accepted, cancellationToken);
        }

        // A sweeper may have deleted the marker before there was a state.
        await store.MarkActiveAsync(id, cancellationToken);
        await messages.SendAsync(QueueKind.Batches, new BatchMessage(id, null, batch.TraceParent).ToJson(), TimeSpan.Zero, cancellationToken);
        metrics.BatchAccepted();
        logger.BatchAccepted(id, version.Bytes);
        return accepted;
    }

    /// <summary>Makes sure that the sweeper sees a batch whose start may have been cut short.</summary>
    private async Task<BatchRecord> KnowAsync(BatchRecord batch, CancellationToken cancellationToken)
    {
        if (!batch.IsEnded())
        {
            await store.MarkActiveAsync(batch.Id, cancellationToken);
        }

        return batch;
    }

    private BatchRecord Accept(BatchId id, BatchRequest request, FileVersion version, string? traceParent, Moment now)
    {
        var window = request.CompletionWindow ?? options.Value.Window;
        return new BatchRecord
        {
            Id = id,
            State = BatchState.Validating,
            Write = Guid.NewGuid().ToString("n"),
            Input = new BatchInputBlob(request.Container, request.Name, version.ETag, version.Bytes),
            IsDrop = request.Container == options.Value.DropContainer,
            OutputContainer = options.Value.OutputContainer,
            Model = models.Default,
            Endpoint = request.Endpoint ?? BatchLineEnvelope.Endpoints[0],
            Window = window,
            ExpiresAt = now.Storage + window,
            TraceParent = traceParent,
            Metadata = request.Metadata,
            CreatedAt = now.Local,
            Cutting = new WorkLease { AnnouncedAt = now.Storage },
        };
    }
}
