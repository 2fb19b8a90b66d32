using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Batches.Finishing;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Records;
using RerankFunctions.Batches.Steps;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Sweeping;

namespace RerankFunctions.Batches.Sweeping;

/// <summary>
/// Finds batches that nothing else moves: leases that ran out, messages that do not come, batches whose time is over, markers of ended ones. Sweepers that
/// run at once do no harm: every step is a swap.
/// </summary>
public sealed class BatchSweeper(
    BatchStore store, IJobMessages messages, BatchSteps steps, BatchAdvance advance, IOptions<JobsOptions> jobs, ILogger<BatchSweeper> logger)
{
    private readonly MarkerSweep<BatchId> _sweep = new(store.ListActiveAsync, BatchBlobNames.FindMarked, jobs.Value.LeaseDuration);

    /// <summary>Looks at all batches that have not ended once, unless this process does so already.</summary>
    /// <param name="cancellationToken">Ends the sweep; the next one goes on.</param>
    /// <exception cref="StorageUnavailableException">The markers cannot be listed, or no batch of a group could be read.</exception>
    public Task SweepAsync(CancellationToken cancellationToken)
    {
        var fronts = new QueueFronts(messages);
        return _sweep.RunAsync((id, stop) => LookAsync(id, fronts, stop), (id, exception) => logger.NotSwept(id, exception.Message), cancellationToken);
    }

    private async Task<DateTimeOffset?> LookAsync(BatchId id, QueueFronts fronts, CancellationToken cancellationToken)
    {
        if (await store.ReadRecordAsync(id, cancellationToken) is not { } batch)
        {
            // A start that was cut short: whoever started it gets no answer, or its event again. Or a state that somebody has deleted or damaged.
            await advance.ClearLostAsync(id, cancellationToken);
            return null;
        }

        var swept = new BatchEvent.Swept(
            await fronts.GetAsync(QueueKind.Batches, cancellationToken), await fronts.GetAsync(QueueKind.Chunks, cancellationToken));
        var step = await steps.TakeAsync(batch, swept, cancellationToken);
        if (step?.Batch.Value.IsEnded() == true)
        {
            await advance.ClearAsync(id, cancellationToken);
        }

        return step?.Decision.LookAgainAt;
    }
}
