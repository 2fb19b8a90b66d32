using Microsoft.Extensions.Logging;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Processing;

/// <summary>Reads messages and the jobs that they name, in the same way for the queues of jobs and for their poison queues.</summary>
public sealed class JobIntake(JobStore store, IJobMessages messages, JobMetrics metrics, ILogger<JobIntake> logger)
{
    // A rolling upgrade brings a worker of the newer version within minutes.
    private static readonly TimeSpan NewerVersionDelay = TimeSpan.FromSeconds(30);

    /// <summary>Parses a message. Postpones one of a newer version; logs and drops one that is not valid.</summary>
    /// <param name="queue">The message's queue.</param>
    /// <param name="text">The untrusted text of the message.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The claim check, or null when the message is handled.</returns>
    public async Task<JobMessage?> ReadAsync(QueueKind queue, string text, CancellationToken cancellationToken)
    {
        if (JobMessage.TryParse(text, out var message))
        {
            return message;
        }

        if (JobMessage.IsNewer(text))
        {
            await PostponeAsync(queue, text, NewerVersionDelay, "It has a newer version than this process reads.", cancellationToken);
            return null;
        }

        logger.MessageDropped(text.Length);
        return null;
    }

    /// <summary>
    /// Sends a message again, unchanged and hidden for a while. A message that the host delivers again after an exception would be
    /// poisoned after a few deliveries.
    /// </summary>
    /// <param name="queue">The message's queue.</param>
    /// <param name="text">Text of the message.</param>
    /// <param name="delay">Time for which the copy is hidden.</param>
    /// <param name="reason">One sentence for the log.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task PostponeAsync(QueueKind queue, string text, TimeSpan delay, string reason, CancellationToken cancellationToken)
    {
        await messages.SendAsync(queue, text, delay, cancellationToken);
        metrics.MessagePostponed();
        logger.MessagePostponed((long)delay.TotalMilliseconds, reason);
    }

    /// <summary>Handles a message of a job and postpones it when a newer version of the app has written the job's state.</summary>
    /// <param name="queue">The message's queue.</param>
    /// <param name="claim">The message.</param>
    /// <param name="text">Text of the message.</param>
    /// <param name="handle">Handles the job's state.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task WithJobAsync(
        QueueKind queue, JobMessage claim, string text, Func<Versioned<JobRecord>, Task> handle, CancellationToken cancellationToken)
    {
        try
        {
            if (await store.ReadRecordAsync(claim.JobId, cancellationToken) is { } job)
            {
                await handle(job);
            }
            else
            {
                logger.JobUnknown(claim.JobId);
            }
        }
        catch (NewerVersionException exception)
        {
            await PostponeAsync(queue, text, NewerVersionDelay, exception.Message, cancellationToken);
        }
    }
}
