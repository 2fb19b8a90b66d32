using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Steps;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs.Cancellation;

/// <summary>Cancels jobs at a client's request. A worker that scores the job finds out at its next renewal and frees its pairs.</summary>
public sealed class JobCancellation(JobStore store, JobSteps steps, IOptions<JobsOptions> options, TimeProvider time)
{
    /// <summary>Cancels a job unless it has ended.</summary>
    /// <returns>The status after the call, and whether this call cancelled the job; null when there is no such job.</returns>
    /// <exception cref="StorageUnavailableException">Storage failed; the job may have been cancelled.</exception>
    public Task<Canceled?> CancelAsync(JobId id, CancellationToken cancellationToken) =>
        StorageFaults.WithinAsync(options.Value.SubmitTimeout, time, token => CancelInTimeAsync(id, token), cancellationToken);

    private async Task<Canceled?> CancelInTimeAsync(JobId id, CancellationToken cancellationToken)
    {
        if (await store.ReadRecordAsync(id, cancellationToken) is not { } job
            || await steps.TakeAsync(job, new JobEvent.CancelRequested(), cancellationToken) is not { } result)
        {
            return null;
        }

        return new Canceled(result.Job.Value.ToStatus(null), result.Verdict == Verdict.Done);
    }
}

/// <summary>Result of a cancellation.</summary>
/// <param name="Status">The job's status.</param>
/// <param name="IsCanceled">Whether this call cancelled the job; false when it had ended before.</param>
public sealed record Canceled(JobStatus Status, bool IsCanceled);
