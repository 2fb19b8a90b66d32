using Microsoft.Extensions.Logging;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Records;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Processing;

/// <summary>Reads messages and the batches that they name, in the same way for the queues of batches and chunks and for their poison queues.</summary>
public sealed class BatchIntake(BatchStore store, IJobMessages messages, ILogger<BatchIntake> logger)
{
    // A rolling upgrade brings a process of the newer version within minutes.
    private static readonly TimeSpan NewerVersionDelay = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Handles the batch of a message. Postpones a message of a newer version, or one whose batch has a state of a newer version; logs and drops one that is
    /// not valid.
    /// </summary>
    /// <param name="queue">The message's queue.</param>
    /// <param name="text">The untrusted text of the message.</param>
    /// <param name="handle">Handles the message and the batch's state.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task WithBatchAsync(
        QueueKind queue, string text, Func<BatchMessage, Versioned<BatchRecord>, Task> handle, CancellationToken cancellationToken)
    {
        if (!BatchMessage.TryParse(text, out var message) || (queue == QueueKind.Chunks) != message.Chunk is not null)
        {
            if (BatchMessage.IsNewer(text))
            {
                await PostponeAsync(queue, text, NewerVersionDelay, "It has a newer version than this process reads.", cancellationToken);
                return;
            }

            logger.BatchMessageDropped(text.Length);
            return;
        }

        try
        {
            if (await store.ReadRecordAsync(message.BatchId, cancellationToken) is { } batch)
            {
                await handle(message, batch);
            }
            else
            {
                logger.BatchUnknown(message.BatchId);
            }
        }
        catch (NewerVersionException exception)
        {
            await PostponeAsync(queue, text, NewerVersionDelay, exception.Message, cancellationToken);
        }
    }

    /// <summary>Sends a message again, unchanged and hidden for a while.</summary>
    /// <param name="queue">The message's queue.</param>
    /// <param name="text">Text of the message.</param>
    /// <param name="delay">Time for which the copy is hidden.</param>
    /// <param name="reason">One sentence for the log.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task PostponeAsync(QueueKind queue, string text, TimeSpan delay, string reason, CancellationToken cancellationToken)
    {
        await messages.SendAsync(queue, text, delay, cancellationToken);
        logger.BatchMessagePostponed((long)delay.TotalMilliseconds, reason);
    }
}
