using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Sweeping;

/// <summary>
/// Deletes jobs that ended more than <see cref="JobsOptions.RetentionDays"/> ago, and idempotency keys of that age. Ids sort by time, so of the jobs it reads
/// those that are old enough and one page; keys sort by their hash, so it lists all of them.
/// </summary>
public sealed class JobRetention(IBlobStore blobs, JobStore store, IOptions<JobsOptions> options, TimeProvider time, ILogger<JobRetention> logger)
{
    private const int PageSize = 1_000;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private long? _last;

    /// <summary>Deletes all that is due, unless a complete round began less than an hour ago.</summary>
    /// <exception cref="StorageUnavailableException">Storage failed; the next call goes on.</exception>
    public async Task ExpireAsync(CancellationToken cancellationToken)
    {
        if (options.Value.RetentionDays == 0 || (_last is { } last && time.GetElapsedTime(last) < Interval))
        {
            return;
        }

        var began = time.GetTimestamp();

        // The keys go first, and a key is older than the blobs of its job: no submission finds the job of its key half deleted.
        var (keys, cutOff) = await ExpireKeysAsync(cancellationToken);
        var jobs = await ExpireJobsAsync(cutOff, cancellationToken);
        _last = began;
        if (jobs + keys > 0)
        {
            logger.Expired(jobs, keys);
        }
    }

    /// <returns>Number of deleted keys, and the time by storage's clock before which this round deletes.</returns>
    private async Task<(int Deleted, DateTimeOffset CutOff)> ExpireKeysAsync(CancellationToken cancellationToken)
    {
        var (deleted, cutOff) = (0, (DateTimeOffset?)null);
        await foreach (var page in ListAsync(BlobNames.Keys, cancellationToken))
        {
            cutOff ??= page.Time - TimeSpan.FromDays(options.Value.RetentionDays);
            foreach (var key in page.Blobs.Where(key => key.LastModified < cutOff))
            {
                await blobs.DeleteAsync(key.Name, cancellationToken);
                deleted++;
            }
        }

        return (deleted, cutOff.GetValueOrDefault());
    }

    private async Task<int> ExpireJobsAsync(DateTimeOffset cutOff, CancellationToken cancellationToken)
    {
        var (deleted, looked) = (0, (JobId?)null);
        await foreach (var page in ListAsync(BlobNames.Jobs, cancellationToken))
        {
            foreach (var blob in page.Blobs)
            {
                if (BlobNames.FindJob(blob.Name) is not { } id || id == looked)
                {
                    continue;
                }

                looked = id;
                if (id.CreatedAt > cutOff)
                {
                    return deleted;
                }

                deleted += await ExpireJobAsync(id, cutOff, cancellationToken) ? 1 : 0;
            }
        }

        return deleted;
    }

    private async Task<bool> ExpireJobAsync(JobId id, DateTimeOffset cutOff, CancellationToken cancellationToken)
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

        var blobsOfJob = new List<ListedBlob>();
        await foreach (var page in ListAsync(BlobNames.OfJob(id), cancellationToken))
        {
            blobsOfJob.AddRange(page.Blobs);
        }

        if (blobsOfJob.Exists(blob => blob.LastModified >= cutOff))
        {
            return false;
        }

        // Without a state there is no job, and the next round deletes the rest if this one is cut off. Before it goes the state of the callback: a submission
        // under way may store the job once more, and its callback must be sent.
        foreach (var blob in blobsOfJob.OrderBy(blob => BlobNames.IsCallback(blob.Name) ? 0 : BlobNames.IsState(blob.Name) ? 1 : 2))
        {
            await blobs.DeleteAsync(blob.Name, cancellationToken);
        }

        return true;
    }

    private async IAsyncEnumerable<BlobPage> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? continuation = null;
        do
        {
            var page = await blobs.ListAsync(prefix, continuation, PageSize, cancellationToken);
            yield return page;
            continuation = page.Continuation;
        }
        while (continuation is not null);
    }
}
