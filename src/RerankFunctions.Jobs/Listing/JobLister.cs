using System.Buffers.Text;
using System.Text;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs.Listing;

/// <summary>Lists jobs for operators from the metadata of their states: each page costs one list of blobs and no read.</summary>
public sealed class JobLister(IBlobStore blobs, IOptions<JobsOptions> options, TimeProvider time)
{
    // A job has a request, a state and mostly one answer.
    private const int BlobsPerJob = 3;
    private const int MinBlobs = 100;
    private const int MaxBlobs = 5_000;

    /// <summary>Maximum length of a cursor in characters.</summary>
    public const int MaxCursorCharacters = 4_096;

    /// <summary>Lists a page of jobs.</summary>
    /// <param name="state">State of the jobs; null for all.</param>
    /// <param name="limit">Maximum number of jobs, 1 to 1,000.</param>
    /// <param name="after"><see cref="JobList.After"/> of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The page; null when <paramref name="after"/> is no such cursor.</returns>
    /// <exception cref="StorageUnavailableException">Storage failed, or does not know the cursor.</exception>
    public async Task<JobList?> ListAsync(JobState? state, int limit, string? after, CancellationToken cancellationToken)
    {
        var cursor = new Cursor(null, "");
        if (after is not null && Cursor.TryParse(after) is var parsed)
        {
            if (parsed is null)
            {
                return null;
            }

            cursor = parsed;
        }

        var page = await StorageFaults.WithinAsync(
            options.Value.SubmitTimeout,
            time,
            token => blobs.ListAsync(BlobNames.Jobs, cursor.Page, Math.Clamp(limit * BlobsPerJob, MinBlobs, MaxBlobs), token),
            cancellationToken);
        var jobs = new List<JobOverview>();
        foreach (var blob in page.Blobs)
        {
            if (Find(blob) is not { } job || string.CompareOrdinal(job.Id.ToString(), cursor.LastId) <= 0 || (state is { } wanted && job.Status != wanted))
            {
                continue;
            }

            if (jobs.Count == limit)
            {
                return new JobList(jobs, new Cursor(cursor.Page, jobs[^1].Id.ToString()).ToString());
            }

            jobs.Add(job);
        }

        return new JobList(jobs, page.Continuation is { } next ? new Cursor(next, "").ToString() : null);
    }

    private static JobOverview? Find(ListedBlob blob) =>
        BlobNames.IsState(blob.Name) && BlobNames.FindJob(blob.Name) is { } id
            ? JobSummary.Read(id, blob.Metadata)
            : null;

    /// <summary>Where a page begins.</summary>
    /// <param name="Page">Storage's start of a page of blobs; null for the first one.</param>
    /// <param name="LastId">The last job of that page which the caller has seen; empty for none.</param>
    private sealed record Cursor(string? Page, string LastId)
    {
        private const char Separator = '\n';

        public static Cursor? TryParse(string text)
        {
            if (text.Length > MaxCursorCharacters || !Base64Url.IsValid(text))
            {
                return null;
            }

            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(Separator);
            return parts is [var lastId, var page] ? new Cursor(page.Length == 0 ? null : page, lastId) : null;
        }

        public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{LastId}{Separator}{Page}"));
    }
}
