using Microsoft.Extensions.Logging;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Jobs.Telemetry;

/// <summary>Every line that this assembly logs. A line holds ids, codes and numbers, never text of queries or documents.</summary>
internal static partial class JobLog
{
    [LoggerMessage(1, LogLevel.Information, "Job {JobId} is accepted with {Documents} documents.")]
    public static partial void JobAccepted(this ILogger logger, JobId jobId, int documents);

    [LoggerMessage(2, LogLevel.Information, "Attempt {Attempt} at job {JobId} begins.")]
    public static partial void JobTaken(this ILogger logger, JobId jobId, int attempt);

    /// <summary>Logs the end of a job.</summary>
    public static void JobEnded(this ILogger logger, JobRecord job)
    {
        switch (job.State)
        {
            case JobState.Succeeded:
                logger.JobSucceeded(job.Id, job.Attempt, job.RunMilliseconds().GetValueOrDefault());
                break;
            case JobState.Canceled:
                logger.JobCanceled(job.Id, job.Attempt);
                break;
            default:
                logger.JobFailed(job.Id, job.Attempt, job.Error!.Code);
                break;
        }
    }

    [LoggerMessage(3, LogLevel.Information, "Job {JobId} succeeded in attempt {Attempt} after {Milliseconds} ms.")]
    public static partial void JobSucceeded(this ILogger logger, JobId jobId, int attempt, long milliseconds);

    [LoggerMessage(4, LogLevel.Warning, "Job {JobId} failed in attempt {Attempt}: {Code}.")]
    public static partial void JobFailed(this ILogger logger, JobId jobId, int attempt, string code);

    [LoggerMessage(5, LogLevel.Information, "A message of job {JobId} was sent to the queue {Queue}, hidden for {Milliseconds} ms.")]
    public static partial void MessageSent(this ILogger logger, JobId jobId, QueueKind queue, long milliseconds);

    [LoggerMessage(6, LogLevel.Warning, "Attempt {Attempt} at job {JobId} lost its lease and stopped.")]
    public static partial void LeaseLost(this ILogger logger, JobId jobId, int attempt);

    [LoggerMessage(7, LogLevel.Warning, "The lease of job {JobId} is not renewed; the next renewal tries again. {Reason}")]
    public static partial void LeaseNotRenewed(this ILogger logger, JobId jobId, string reason);

    [LoggerMessage(8, LogLevel.Warning, "Attempt {Attempt} at job {JobId} failed.")]
    public static partial void AttemptFailed(this ILogger logger, Exception? exception, JobId jobId, int attempt);

    [LoggerMessage(9, LogLevel.Warning, "Attempt {Attempt} at job {JobId} cannot queue the job again; the sweeper does it. {Reason}")]
    public static partial void JobNotReleased(this ILogger logger, JobId jobId, int attempt, string reason);

    [LoggerMessage(10, LogLevel.Warning, "A message of {Characters} characters is not a valid claim check and is dropped.")]
    public static partial void MessageDropped(this ILogger logger, int characters);

    [LoggerMessage(11, LogLevel.Warning, "A message names job {JobId}, which is not in storage, and is dropped.")]
    public static partial void JobUnknown(this ILogger logger, JobId jobId);

    [LoggerMessage(12, LogLevel.Information, "Job {JobId} is canceled after {Attempt} attempts.")]
    public static partial void JobCanceled(this ILogger logger, JobId jobId, int attempt);

    [LoggerMessage(13, LogLevel.Error, "The {Blob} of job {JobId} is not readable.")]
    public static partial void BlobUnreadable(this ILogger logger, JobId jobId, string blob);

    [LoggerMessage(14, LogLevel.Warning, "A poisoned message of the queue {Queue} cannot be handled now; it is taken again later.")]
    public static partial void PoisonStays(this ILogger logger, Exception exception, QueueKind queue);

    [LoggerMessage(16, LogLevel.Warning, "Scores of job {JobId} are not stored; another attempt would compute them again. {Reason}")]
    public static partial void ScoresNotStored(this ILogger logger, JobId jobId, string reason);

    [LoggerMessage(17, LogLevel.Warning, "The sweeper found job {JobId}: {Finding}.")]
    public static partial void JobSwept(this ILogger logger, JobId jobId, string finding);

    [LoggerMessage(18, LogLevel.Warning, "The sweeper cannot handle job {JobId} now. {Reason}")]
    public static partial void JobNotSwept(this ILogger logger, JobId jobId, string reason);

    [LoggerMessage(19, LogLevel.Information, "{Jobs} jobs and {Keys} idempotency keys were deleted, because their retention has ended.")]
    public static partial void Expired(this ILogger logger, int jobs, int keys);

    [LoggerMessage(20, LogLevel.Information, "A message of job {JobId} in the recovery queue is dropped; the sweeper sends another one. {Reason}")]
    public static partial void RecoveryDropped(this ILogger logger, JobId jobId, string reason);

    [LoggerMessage(21, LogLevel.Information, "Call {Attempt} of the callback of job {JobId}: {Status}, HTTP status {StatusCode}. {Reason}")]
    public static partial void CallbackSent(this ILogger logger, JobId jobId, int attempt, CallbackStatus status, int? statusCode, string? reason);

    [LoggerMessage(22, LogLevel.Warning, "The callback of job {JobId} failed: its {Attempts} calls are used up, and the last one had no outcome.")]
    public static partial void CallbackEnded(this ILogger logger, JobId jobId, int attempts);

    [LoggerMessage(23, LogLevel.Warning, "Job {JobId} has ended, and what follows its end is left to the sweeper. {Reason}")]
    public static partial void EndNotFollowed(this ILogger logger, JobId jobId, string reason);

    [LoggerMessage(15, LogLevel.Information, "A message is postponed; it comes back in {Milliseconds} ms. {Reason}")]
    public static partial void MessagePostponed(this ILogger logger, long milliseconds, string reason);
}
