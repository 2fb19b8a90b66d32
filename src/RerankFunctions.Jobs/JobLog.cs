using Microsoft.Extensions.Logging;
using RerankFunctions.Contracts;

namespace RerankFunctions.Jobs;

/// <summary>Every line that this assembly logs. Ids, codes and numbers only: text of queries and documents is never in them.</summary>
internal static partial class JobLog
{
    [LoggerMessage(1, LogLevel.Information, "Job {JobId} accepted with {Documents} documents.")]
    public static partial void JobAccepted(this ILogger logger, JobId jobId, int documents);

    [LoggerMessage(2, LogLevel.Information, "Job {JobId} taken, attempt {Attempt}.")]
    public static partial void JobTaken(this ILogger logger, JobId jobId, int attempt);

    [LoggerMessage(3, LogLevel.Information, "Job {JobId} succeeded in attempt {Attempt} after {Milliseconds} ms.")]
    public static partial void JobSucceeded(this ILogger logger, JobId jobId, int attempt, long milliseconds);

    [LoggerMessage(4, LogLevel.Warning, "Job {JobId} failed in attempt {Attempt}: {Code}.")]
    public static partial void JobFailed(this ILogger logger, Exception? exception, JobId jobId, int attempt, string code);

    [LoggerMessage(5, LogLevel.Information, "Job {JobId} belongs to another worker; looked at again in {Milliseconds} ms.")]
    public static partial void JobDeferred(this ILogger logger, JobId jobId, long milliseconds);

    [LoggerMessage(6, LogLevel.Warning, "Attempt {Attempt} at job {JobId} lost its lease and stopped.")]
    public static partial void LeaseLost(this ILogger logger, JobId jobId, int attempt);

    [LoggerMessage(7, LogLevel.Warning, "The lease of job {JobId} was not renewed; the next renewal tries again.")]
    public static partial void LeaseNotRenewed(this ILogger logger, Exception exception, JobId jobId);

    [LoggerMessage(8, LogLevel.Warning, "Attempt {Attempt} at job {JobId} ended without an outcome; the job is queued again.")]
    public static partial void JobReleased(this ILogger logger, JobId jobId, int attempt);

    [LoggerMessage(9, LogLevel.Warning, "Attempt {Attempt} at job {JobId} could not give the job back; its lease runs out.")]
    public static partial void JobNotReleased(this ILogger logger, Exception exception, JobId jobId, int attempt);

    [LoggerMessage(10, LogLevel.Warning, "A message of {Characters} characters is no claim check of a known version and was dropped.")]
    public static partial void MessageDropped(this ILogger logger, int characters);

    [LoggerMessage(11, LogLevel.Warning, "A message names job {JobId}, which is not in storage, and was dropped.")]
    public static partial void JobUnknown(this ILogger logger, JobId jobId);

    [LoggerMessage(12, LogLevel.Warning, "The message of job {JobId} was poisoned with attempts left; the job is queued again.")]
    public static partial void JobQueuedAgain(this ILogger logger, JobId jobId);

    [LoggerMessage(13, LogLevel.Error, "The {Blob} of job {JobId} cannot be read.")]
    public static partial void BlobUnreadable(this ILogger logger, JobId jobId, string blob);

    [LoggerMessage(14, LogLevel.Warning, "The message of job {JobId} was poisoned, and storage does not say where the job stands; queued again in {Milliseconds} ms.")]
    public static partial void PoisonedUnread(this ILogger logger, Exception exception, JobId jobId, long milliseconds);
}
