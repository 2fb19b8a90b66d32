using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Batches.Finishing;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Records;
using RerankFunctions.Batches.Steps;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Sweeping;

/// <summary>
/// Finds batches that nothing else moves: leases that ran out, messages that do not come, batches whose time is over, markers of ended ones. It lists the
/// markers, and reads a batch only when something may be due. Sweepers that run at once do no harm: every step is a swap.
/// </summary>
public sealed class BatchSweeper(
    BatchStore store, IJobMessages messages, BatchSteps steps, BatchAdvance advance, IOptions<JobsOptions> jobs, ILogger<BatchSweeper> logger)
{
    // Few beside the calls of workers and clients.
    private const int MaxReadsAtOnce = 8;

    private int _isSweeping;
    private Dictionary<BatchId, DateTimeOffset> _lookAgainAt = [];

    /// <summary>Looks at all batches that have not ended once, unless this process does so already.</summary>
    /// <param name="cancellationToken">Ends the sweep; the next one goes on.</param>
    /// <exception cref="StorageUnavailableException">The markers cannot be listed.</exception>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isSweeping, 1) != 0)
        {
            return;
        }

        try
        {
            await SweepOnceAsync(cancellationToken);
        }
        finally
        {
            Volatile.Write(ref _isSweeping, 0);
        }
    }

    private async Task SweepOnceAsync(CancellationToken cancellationToken)
    {
        (DateTimeOffset? Batches, DateTimeOffset? Chunks)? fronts = null;
        var seen = new Dictionary<BatchId, DateTimeOffset>();
        string? continuation = null;
        do
        {
            var page = await store.ListActiveAsync(continuation, cancellationToken);
            var due = new List<BatchId>();
            foreach (var marker in page.Blobs)
            {
                if (BatchBlobNames.FindMarked(marker.Name) is not { } id || marker.LastModified > page.Time - jobs.Value.LeaseDuration)
                {
                    continue;
                }

                if (_lookAgainAt.TryGetValue(id, out var lookAgainAt) && lookAgainAt > page.Time && lookAgainAt <= page.Time + JobProtocol.LongestLease)
                {
                    seen[id] = lookAgainAt;
                }
                else
                {
                    due.Add(id);
                }
            }

            if (due.Count > 0)
            {
                fronts ??= (await messages.FrontAsync(QueueKind.Batches, cancellationToken), await messages.FrontAsync(QueueKind.Chunks, cancellationToken));
            }

            foreach (var part in due.Chunk(MaxReadsAtOnce))
            {
                var swept = new BatchEvent.Swept(fronts?.Batches, fronts?.Chunks);
                foreach (var (id, later) in await Task.WhenAll(part.Select(id => TryLookAsync(id, swept, cancellationToken))))
                {
                    if (later is { } time)
                    {
                        seen[id] = time;
                    }
                }
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);

        _lookAgainAt = seen;
    }

    private async Task<(BatchId Id, DateTimeOffset? LookAgainAt)> TryLookAsync(BatchId id, BatchEvent.Swept swept, CancellationToken cancellationToken)
    {
        try
        {
            return (id, await LookAsync(id, swept, cancellationToken));
        }
        catch (NewerVersionException)
        {
            // A sweeper of the newer version looks after it.
            return (id, null);
        }
        catch (StorageUnavailableException exception)
        {
            logger.NotSwept(id, exception.Message);
            return (id, null);
        }
    }

    private async Task<DateTimeOffset?> LookAsync(BatchId id, BatchEvent.Swept swept, CancellationToken cancellationToken)
    {
        if (await store.ReadRecordAsync(id, cancellationToken) is not { } batch)
        {
            // A start that was cut short. Whoever started it gets no answer, or its event again.
            await store.UnmarkActiveAsync(id, cancellationToken);
            return null;
        }

        var step = await steps.TakeAsync(batch, swept, cancellationToken);
        if (step?.Batch.Value.IsEnded() == true)
        {
            await advance.ClearAsync(id, cancellationToken);
        }

        return step?.Decision.LookAgainAt;
    }
}
