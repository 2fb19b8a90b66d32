using Microsoft.Extensions.Logging;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Records;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Steps;

/// <summary>Carries out what the protocol decides: the swap, then the actions after it.</summary>
public sealed class BatchSteps(
    BatchProtocol protocol,
    BatchStore store,
    IJobMessages messages,
    BatchMetrics metrics,
    StorageClock clock,
    TimeProvider time,
    ILogger<BatchSteps> logger)
{
    /// <summary>Carries out what an event leads to. A swap that another writer has won is decided anew on the state of that writer.</summary>
    /// <param name="current">The batch's state as last read or written.</param>
    /// <param name="occurrence">The event.</param>
    /// <param name="cancellationToken">Cancels the calls to storage; the step may have been taken all the same.</param>
    /// <returns>The result; null when the batch is gone.</returns>
    /// <exception cref="StorageUnavailableException">Storage failed; the step may have been taken.</exception>
    /// <exception cref="NewerVersionException">A newer version of the app has written the state.</exception>
    public async Task<BatchStep?> TakeAsync(Versioned<BatchRecord> current, BatchEvent occurrence, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(current);
        var id = current.Value.Id;
        var step = await StateSwap.DecideAsync(
            current,
            batch =>
            {
                var decision = protocol.Decide(batch, occurrence, new Moment(clock.GetUtcNow(), time.GetUtcNow()));
                return Task.FromResult((decision, decision.Next));
            },
            (seen, next) => store.SwapAsync(seen, next, cancellationToken),
            () => store.ReadRecordAsync(id, cancellationToken));
        if (step is not { } taken)
        {
            return null;
        }

        foreach (var action in taken.Decision.After)
        {
            await DoAsync(action, taken.Stored.Value, cancellationToken);
        }

        return new BatchStep(taken.Stored, taken.Decision);
    }

    private Task DoAsync(BatchAction action, BatchRecord batch, CancellationToken cancellationToken)
    {
        switch (action)
        {
            case BatchAction.Send send:
                return messages.SendAsync(
                    send.Chunk is null ? QueueKind.Batches : QueueKind.Chunks,
                    new BatchMessage(batch.Id, send.Chunk, batch.TraceParent).ToJson(),
                    send.Delay,
                    cancellationToken);
            case BatchAction.AnnounceRecovery recovery:
                metrics.Recovered();
                logger.Recovered(batch.Id, recovery.Chunk);
                return Task.CompletedTask;
            case BatchAction.AnnounceEnd:
                metrics.BatchEnded(batch);
                logger.BatchEnded(batch.Id, batch.State, batch.CompletedLines, batch.FailedLines);
                if (batch.Error is { } error)
                {
                    logger.BatchFailed(batch.Id, error.Code);
                }

                return Task.CompletedTask;
            default:
                throw new ArgumentOutOfRangeException(nameof(action));
        }
    }
}
