using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Reading;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Processing;

/// <summary>
/// Decides what a message leads to before any work begins, in the same way for the queue of jobs and for its poison queue. Most messages
/// name a job that may be tried; the intake handles the others.
/// </summary>
public sealed class JobIntake(
    JobStore store,
    IJobMessages messages,
    JobWatches watches,
    JobMetrics metrics,
    IOptions<JobsOptions> options,
    StorageClock clock,
    TimeProvider time,
    ILogger<JobIntake> logger)
{
    // The owner may renew its lease at the very end.
    private static readonly TimeSpan AfterLease = TimeSpan.FromSeconds(1);

    // A rolling upgrade brings a worker of the newer version within minutes.
    private static readonly TimeSpan NewerVersionDelay = TimeSpan.FromSeconds(30);

    /// <summary>Parses a message. Postpones one of a newer version; logs and drops one that is not valid.</summary>
    /// <param name="text">The untrusted text of the message.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The claim check, or null when the message is handled.</returns>
    public async Task<JobMessage?> ReadAsync(string text, CancellationToken cancellationToken)
    {
        if (JobMessage.TryParse(text, out var message))
        {
            return message;
        }

        if (JobMessage.IsNewer(text))
        {
            await PostponeAsync(text, NewerVersionDelay, "It has a newer version than this process reads.", cancellationToken);
            return null;
        }

        logger.MessageDropped(text.Length);
        return null;
    }

    /// <summary>
    /// Sends a message again, unchanged and hidden for a while. A message that the host delivers again after an exception would be
    /// poisoned after a few deliveries.
    /// </summary>
    /// <param name="text">Text of the message.</param>
    /// <param name="delay">Time for which the copy is hidden.</param>
    /// <param name="reason">One sentence for the log.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task PostponeAsync(string text, TimeSpan delay, string reason, CancellationToken cancellationToken)
    {
        await messages.SendAsync(text, delay, cancellationToken);
        metrics.MessagePostponed();
        logger.MessagePostponed((long)delay.TotalMilliseconds, reason);
    }

    /// <summary>Decides whether the job of a message may be tried now.</summary>
    /// <param name="message">The message.</param>
    /// <param name="text">Text of the message.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The job's state if so; null when the message is handled.</returns>
    public async Task<Versioned<JobRecord>?> AdmitAsync(JobMessage message, string text, CancellationToken cancellationToken)
    {
        try
        {
            return await AdmitThisVersionAsync(message, text, cancellationToken);
        }
        catch (NewerVersionException exception)
        {
            await PostponeAsync(text, NewerVersionDelay, exception.Message, cancellationToken);
            return null;
        }
    }

    private async Task<Versioned<JobRecord>?> AdmitThisVersionAsync(JobMessage message, string text, CancellationToken cancellationToken)
    {
        while (true)
        {
            var current = await store.ReadRecordAsync(message.JobId, cancellationToken);
            if (current is null)
            {
                logger.JobUnknown(message.JobId);
                return null;
            }

            var record = current.Value;
            if (record.IsEnded())
            {
                await store.UnmarkActiveAsync(record.Id, cancellationToken);
                return null;
            }

            var now = clock.GetUtcNow();
            if (record.IsLeased(now))
            {
                var delay = record.LeaseUntil.GetValueOrDefault() - now + AfterLease;
                await messages.SendAsync(text, delay, cancellationToken);
                logger.JobDeferred(record.Id, (long)delay.TotalMilliseconds);
                return null;
            }

            if (!record.IsExhausted(options.Value.MaxAttempts))
            {
                return current;
            }

            var error = new JobError(
                FailureCodes.AttemptsExhausted,
                $"None of the {record.Attempt} attempts at the job reached an outcome.");
            if (await store.SwapAsync(current, record.Fail(error, time.GetUtcNow()), cancellationToken) is { } failed)
            {
                var status = failed.Value.ToStatus(null);
                watches.Announce(status);
                metrics.JobEnded(status);
                logger.JobFailed(null, record.Id, record.Attempt, error.Code);
                await store.UnmarkActiveAsync(record.Id, cancellationToken);
                return null;
            }
        }
    }
}
