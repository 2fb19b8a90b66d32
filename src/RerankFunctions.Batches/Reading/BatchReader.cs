using Microsoft.Extensions.Options;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Records;
using RerankFunctions.Batches.Steps;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Reading;

/// <summary>Reads and cancels batches for clients, within <see cref="JobsOptions.SubmitTimeout"/>.</summary>
public sealed class BatchReader(BatchStore store, BatchSteps steps, IOptions<JobsOptions> options, TimeProvider time)
{
    // A page of a list is read with few calls beside those of workers.
    private const int MaxReadsAtOnce = 8;

    /// <summary>Reads a batch's status; null when there is no such batch.</summary>
    /// <exception cref="StorageUnavailableException">Storage failed.</exception>
    public Task<BatchStatus?> ReadAsync(BatchId id, CancellationToken cancellationToken) => WithinLimitAsync(
        async token => await store.ReadRecordAsync(id, token) is { } batch ? BatchStatuses.Of(batch.Value) : null, cancellationToken);

    /// <summary>Cancels a batch. Workers that score its chunks find out at their next renewal; what is done is still put together.</summary>
    /// <returns>The status after the call, and whether the batch is cancelled; null when there is no such batch.</returns>
    /// <exception cref="StorageUnavailableException">Storage failed; the batch may have been cancelled.</exception>
    public Task<CancelledBatch?> CancelAsync(BatchId id, CancellationToken cancellationToken) => WithinLimitAsync(
        async token => await store.ReadRecordAsync(id, token) is { } batch
            && await steps.TakeAsync(batch, new BatchEvent.CancelRequested(), token) is { } step
                ? new CancelledBatch(BatchStatuses.Of(step.Batch.Value), step.Verdict == Verdict.Done)
                : null,
        cancellationToken);

    /// <summary>
    /// Lists a page of batches, the newest first. A page costs one list request for each 5,000 batches in storage, and a read for each of its own.
    /// </summary>
    /// <param name="limit">Maximum number of batches, at least 1.</param>
    /// <param name="after">The last batch of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StorageUnavailableException">Storage failed.</exception>
    public Task<BatchList> ListAsync(int limit, BatchId? after, CancellationToken cancellationToken) =>
        WithinLimitAsync(token => ListInTimeAsync(limit, after, token), cancellationToken);

    private async Task<BatchList> ListInTimeAsync(int limit, BatchId? after, CancellationToken cancellationToken)
    {
        var (ids, hasMore) = await FindAsync(limit, after, cancellationToken);
        var batches = new List<BatchStatus>();
        foreach (var part in ids.Chunk(MaxReadsAtOnce))
        {
            var records = await Task.WhenAll(part.Select(id => store.ReadRecordAsync(id, cancellationToken)));
            batches.AddRange(records.OfType<Versioned<BatchRecord>>().Select(record => BatchStatuses.Of(record.Value)));
        }

        return new BatchList(batches, batches.FirstOrDefault()?.Id, batches.LastOrDefault()?.Id, hasMore);
    }

    private async Task<(List<BatchId> Ids, bool HasMore)> FindAsync(int limit, BatchId? after, CancellationToken cancellationToken)
    {
        // Storage lists the oldest first: of those before the page's end, the last ones are the page.
        var last = new Queue<BatchId>();
        var hasMore = false;
        string? continuation = null;
        do
        {
            var page = await store.ListStatesAsync(continuation, cancellationToken);
            foreach (var blob in page.Blobs)
            {
                if (BatchBlobNames.FindState(blob.Name) is not { } id)
                {
                    continue;
                }

                if (after is { } end && string.CompareOrdinal(id.ToString(), end.ToString()) >= 0)
                {
                    return (Reversed(last), hasMore);
                }

                last.Enqueue(id);
                if (last.Count > limit)
                {
                    last.Dequeue();
                    hasMore = true;
                }
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);

        return (Reversed(last), hasMore);
    }

    private static List<BatchId> Reversed(Queue<BatchId> ids) => [.. ids.Reverse()];

    private Task<T> WithinLimitAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        StorageFaults.WithinAsync(options.Value.SubmitTimeout, time, call, cancellationToken);
}

/// <summary>Result of a cancellation.</summary>
/// <param name="Status">The batch's status.</param>
/// <param name="IsCancelled">Whether the batch is cancelled; false when all its work was done before.</param>
public sealed record CancelledBatch(BatchStatus Status, bool IsCancelled);
