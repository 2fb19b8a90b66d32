using RerankFunctions.Batches.Finishing;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Steps;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Processing;

/// <summary>
/// Handles messages of batches and chunks that the host has given up: the work is announced again, and its attempts decide whether it is given up. A message
/// that cannot be handled now goes back to its queue, because a poison queue has no poison queue.
/// </summary>
public sealed class PoisonedBatches(BatchIntake intake, BatchSteps steps, BatchAdvance advance)
{
    private static readonly TimeSpan AfterOutage = TimeSpan.FromMinutes(1);

    /// <summary>Handles a message of a poison queue. The message is done when this returns.</summary>
    /// <param name="queue">The queue from which the message came.</param>
    /// <param name="text">The untrusted text of the message.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StorageUnavailableException">Blobs and queue cannot be used; the host delivers the message again.</exception>
    public async Task HandleAsync(QueueKind queue, string text, CancellationToken cancellationToken)
    {
        try
        {
            await intake.WithBatchAsync(
                queue,
                text,
                async (message, batch) =>
                {
                    if (await steps.TakeAsync(batch, new BatchEvent.Poisoned(message.Chunk), cancellationToken) is { Batch.Value: var record }
                        && record.IsEnded())
                    {
                        await advance.ClearAsync(record.Id, cancellationToken);
                    }
                },
                cancellationToken);
        }
        catch (StorageUnavailableException exception)
        {
            await intake.PostponeAsync(queue, text, AfterOutage, exception.Message, cancellationToken);
        }
    }
}
