using Microsoft.Extensions.Logging;
using RerankFunctions.Batches.Cutting;
using RerankFunctions.Batches.Finishing;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Steps;
using RerankFunctions.Batches.Storage;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Processing;

/// <summary>
/// Cuts, continues or finishes the batch that a message names. Any number of messages may name a batch, at any time and in any order.
/// </summary>
public sealed class BatchProcessor(
    BatchIntake intake, BatchSteps steps, BatchCutter cutter, OutputClaims claims, BatchAdvance advance, IBatchFiles files, ILogger<BatchProcessor> logger)
{
    /// <summary>Handles a message. It is done when this returns.</summary>
    /// <param name="message">The untrusted text of the message.</param>
    /// <param name="cancellationToken">Shutdown: the work is given back.</param>
    /// <exception cref="StorageUnavailableException">Storage failed; the host delivers the message again.</exception>
    public Task ProcessAsync(string message, CancellationToken cancellationToken) =>
        intake.WithBatchAsync(QueueKind.Batches, message, (_, batch) => ProcessAsync(batch, cancellationToken), cancellationToken);

    private async Task ProcessAsync(Versioned<BatchRecord> batch, CancellationToken cancellationToken)
    {
        if (batch.Value.State == BatchState.Validating && await CutAsync(batch, cancellationToken) is var cut)
        {
            if (cut is null)
            {
                return;
            }

            batch = cut;
        }

        await advance.AdvanceAsync(batch, cancellationToken);
    }

    /// <returns>The batch's state now; null when there is nothing to do with it.</returns>
    private async Task<Versioned<BatchRecord>?> CutAsync(Versioned<BatchRecord> batch, CancellationToken cancellationToken)
    {
        var input = batch.Value.Input;
        if ((await files.FindAsync(input.Container, input.Name, cancellationToken))?.ETag != input.ETag)
        {
            return (await steps.TakeAsync(batch, new BatchEvent.Faulted(BatchFaults.InputChanged()), cancellationToken))?.Batch;
        }

        if (await claims.TryClaimAsync(batch.Value, cancellationToken) is { } other)
        {
            // The sweeper announces the batch again.
            logger.OutputClaimed(batch.Value.Id, other);
            return null;
        }

        return await cutter.CutAsync(batch, cancellationToken);
    }
}
