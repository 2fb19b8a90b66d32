using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Batches.Records;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Sweeping;

/// <summary>
/// Deletes states of batches that ended more than <see cref="JobsOptions.RetentionDays"/> ago, and claims on outputs that nobody can hold any more. Inputs and
/// outputs belong to the users and stay.
/// </summary>
public sealed class BatchRetention(
    IBlobStore blobs, BatchStore store, IOptions<JobsOptions> options, TimeProvider time, ILogger<BatchRetention> logger)
{
    private const int PageSize = 1_000;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    // A claim is written when its batch is cut, and a batch ends within its window.
    private static readonly TimeSpan LongestClaim = CompletionWindow.Max + TimeSpan.FromDays(1);

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
        var retention = TimeSpan.FromDays(options.Value.RetentionDays);
        var deleted = await ExpireAsync(BatchBlobNames.States, retention, HasEndedAsync, cancellationToken);
        await ExpireAsync(BatchBlobNames.Claims, retention > LongestClaim ? retention : LongestClaim, (_, _) => Task.FromResult(true), cancellationToken);
        _last = began;
        if (deleted > 0)
        {
            logger.BatchesExpired(deleted);
        }
    }

    private async Task<int> ExpireAsync(
        string prefix, TimeSpan age, Func<string, CancellationToken, Task<bool>> isDue, CancellationToken cancellationToken)
    {
        var deleted = 0;
        string? continuation = null;
        do
        {
            var page = await blobs.ListAsync(prefix, continuation, PageSize, cancellationToken);
            foreach (var blob in page.Blobs.Where(blob => blob.LastModified < page.Time - age))
            {
                if (await isDue(blob.Name, cancellationToken))
                {
                    // A claim that another batch has taken over since the list stays.
                    await blobs.DeleteAsync(blob.Name, blob.ETag, cancellationToken);
                    deleted++;
                }
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);

        return deleted;
    }

    private async Task<bool> HasEndedAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return BatchBlobNames.FindState(name) is { } id
                && (await store.ReadRecordAsync(id, cancellationToken) is not { } batch || batch.Value.IsEnded());
        }
        catch (NewerVersionException)
        {
            return false;
        }
    }
}
