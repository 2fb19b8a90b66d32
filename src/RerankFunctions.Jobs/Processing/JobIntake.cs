using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
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
    IOptions<JobsOptions> options,
    StorageClock clock,
    TimeProvider time,
    ILogger<JobIntake> logger)
{
    // The owner may renew its lease at the very end.
    private static readonly TimeSpan AfterLease = TimeSpan.FromSeconds(1);

    /// <summary>Parses a message. Logs and drops one that is not valid.</summary>
    /// <param name="text">The untrusted text of the message.</param>
    /// <returns>The claim check, or null when the message is dropped.</returns>
    public JobMessage? Read(string text)
    {
        if (JobMessage.TryParse(text, out var message))
        {
            return message;
        }

        logger.MessageDropped(text.Length);
        return null;
    }

    /// <summary>Decides whether the job of a message may be tried now.</summary>
    /// <returns>The job's state if so; null when the message is handled.</returns>
    public async Task<Versioned<JobRecord>?> AdmitAsync(JobMessage message, CancellationToken cancellationToken)
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
                await messages.SendAsync(message, delay, cancellationToken);
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
            if (await store.SwapAsync(current, record.Fail(error, time.GetUtcNow()), cancellationToken) is not null)
            {
                logger.JobFailed(null, record.Id, record.Attempt, error.Code);
                await store.UnmarkActiveAsync(record.Id, cancellationToken);
                return null;
            }
        }
    }
}
