using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs;

/// <summary>
/// What a message leads to before any work begins. Most messages find a job that may be tried; the others are dealt with here, the
/// same way for the queue of jobs and for its poison queue.
/// </summary>
internal sealed class JobIntake(
    JobStore store,
    IJobMessages queue,
    IOptions<JobsOptions> options,
    TimeProvider time,
    ILogger<JobIntake> logger)
{
    // A lease that ends on the dot may be renewed on the dot.
    private static readonly TimeSpan AfterLease = TimeSpan.FromSeconds(1);

    /// <summary>Finds the job of a message.</summary>
    /// <param name="text">The message, from outside: anything may stand in it.</param>
    /// <returns>The claim check, or null when the message is none and is done with.</returns>
    public JobMessage? Read(string text)
    {
        if (JobMessage.TryParse(text, out var message))
        {
            return message;
        }

        logger.MessageDropped(text.Length);
        return null;
    }

    /// <summary>Finds out whether a job may be tried now.</summary>
    /// <returns>Its state if so; null when the message is done with.</returns>
    public async Task<JobStore.Versioned?> AdmitAsync(JobMessage message, CancellationToken cancellationToken)
    {
        while (true)
        {
            var current = await store.ReadRecordAsync(message.JobId, cancellationToken);
            if (current is null)
            {
                logger.JobUnknown(message.JobId);
                return null;
            }

            var record = current.Record;
            var now = time.GetUtcNow();
            if (record.IsEnded())
            {
                await store.UnmarkActiveAsync(record.Id, cancellationToken);
                return null;
            }

            if (record.IsLeased(now))
            {
                var delay = record.LeaseUntil.GetValueOrDefault() - now + AfterLease;
                await queue.SendAsync(message, delay, cancellationToken);
                logger.JobDeferred(record.Id, (long)delay.TotalMilliseconds);
                return null;
            }

            if (!record.IsExhausted(options.Value.MaxAttempts))
            {
                return current;
            }

            var error = new JobError(
                FailureCodes.AttemptsExhausted,
                $"The job was tried {record.Attempt} times and no attempt came to an end.");
            if (await store.SwapAsync(current, record.Fail(error, now), cancellationToken) is not null)
            {
                logger.JobFailed(null, record.Id, record.Attempt, error.Code);
                await store.UnmarkActiveAsync(record.Id, cancellationToken);
                return null;
            }
        }
    }
}
