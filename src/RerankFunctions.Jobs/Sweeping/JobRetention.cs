using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Sweeping;

/// <summary>
/// Deletes jobs that ended more than <see cref="JobsOptions.RetentionDays"/> ago, and idempotency keys of that age. Ids sort by time, so it reads no more
/// of the jobs than it deletes and one page.
/// </summary>
public sealed class JobRetention(IBlobStore blobs, JobStore store, IOptions<JobsOptions> options, TimeProvider time, ILogger<JobRetention> logger)
{
    private const int PageSize = 1_000;

    // A round that is cut off goes on in the next one.
    private const int MaxJobs = 10_000;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private long? _last;

    /// <summary>Deletes what is due, at most once an hour.</summary>
    /// <exception cref="StorageUnavailableException">Storage failed; the next call goes on.</exception>
    public async Task ExpireAsync(CancellationToken cancellationToken)
    {
        if (options.Value.RetentionDays == 0 || (_last is { } last && time.GetElapsedTime(last) < Interval))
        {
            return;
        }

        _last = time.GetTimestamp();
        var jobs = await ExpireJobsAsync(cancellationToken);
        var keys = await ExpireKeysAsync(cancellationToken);
        if (jobs + keys > 0)
        {
            logger.Expired(jobs, keys);
        }
    }

    private async Task<int> ExpireJobsAsync(CancellationToken cancellationToken)
    {
        var (deleted, looked) = (0, (JobId?)null);
        string? continuation = null;
        do
        {
            var page = await blobs.ListAsync(BlobNames.Jobs, continuation, PageSize, cancellationToken);
            foreach (var blob in page.Blobs)
            {
                if (BlobNames.FindJob(blob.Name) is not { } id || id == looked)
                {
                    continue;
                }

                looked = id;
                if (id.CreatedAt > CutOff(page))
                {
                    return deleted;
                }

                deleted += await ExpireJobAsync(id, cancellationToken) ? 1 : 0;
            }

            continuation = page.Continuation;
        }
        while (continuation is not null && deleted < MaxJobs);

        return deleted;
    }

    private async Task<bool> ExpireJobAsync(JobId id, CancellationToken cancellationToken)
    {
        try
        {
            if (await store.ReadRecordAsync(id, cancellationToken) is { } job && !job.Value.IsEnded())
            {
                return false;
            }
        }
        catch (NewerVersionException)
        {
            return false;
        }

        var blobsOfJob = await blobs.ListAsync(BlobNames.OfJob(id), null, PageSize, cancellationToken);
        if (blobsOfJob.Blobs.Any(blob => blob.LastModified > CutOff(blobsOfJob)))
        {
            return false;
        }

        // The state goes first: without it there is no job, and the rest is deleted next time if this is cut off.
        foreach (var blob in blobsOfJob.Blobs.OrderByDescending(blob => BlobNames.IsState(blob.Name)))
        {
            await blobs.DeleteAsync(blob.Name, cancellationToken);
        }

        return true;
    }

    private async Task<int> ExpireKeysAsync(CancellationToken cancellationToken)
    {
        var deleted = 0;
        string? continuation = null;
        do
        {
            var page = await blobs.ListAsync(BlobNames.Keys, continuation, PageSize, cancellationToken);
            foreach (var key in page.Blobs.Where(key => key.LastModified < CutOff(page)))
            {
                await blobs.DeleteAsync(key.Name, cancellationToken);
                deleted++;
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);

        return deleted;
    }

    private DateTimeOffset CutOff(BlobPage page) => page.Time - TimeSpan.FromDays(options.Value.RetentionDays);
}
