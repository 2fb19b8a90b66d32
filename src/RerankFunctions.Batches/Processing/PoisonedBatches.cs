using RerankFunctions.Batches.Finishing;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Steps;
using RerankFunctions.Jobs.Processing;
using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Batches.Processing;

/// <summary>
/// Handles messages of batches and chunks that the host has given up: the work is announced again, and its attempts decide whether it is given up.
/// </summary>
public sealed class PoisonedBatches(BatchIntake intake, BatchSteps steps, BatchAdvance advance) : IPoisonHandler
{
    /// <inheritdoc />
    public IReadOnlyList<QueueKind> Queues { get; } = [QueueKind.Batches, QueueKind.Chunks];

    /// <inheritdoc />
    public Task RecoverAsync(QueueKind queue, string message, CancellationToken cancellationToken) => intake.WithBatchAsync(
        queue,
        message,
        async (work, batch) =>
        {
            if (await steps.TakeAsync(batch, new BatchEvent.Poisoned(work.Chunk), cancellationToken) is { Batch.Value: var record } && record.IsEnded())
            {
                await advance.ClearAsync(record.Id, cancellationToken);
            }
        },
        cancellationToken);
}
