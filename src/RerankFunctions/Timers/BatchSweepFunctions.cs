using Microsoft.Azure.Functions.Worker;
using RerankFunctions.Batches.Sweeping;

namespace RerankFunctions.Timers;

/// <summary>Functions that look after batches on a schedule. The host runs each on one instance at a time.</summary>
public sealed class BatchSweepFunctions(BatchSweeper sweeper, BatchRetention retention, DropSweeper drops)
{
    // Every 15 seconds, as for jobs, some seconds after them.
    private const string Batches = "5/15 * * * * *";
    private const string Drops = "10/15 * * * * *";

    // As for jobs, a minute after them.
    private const string Expiries = "0 2/5 * * * *";

    /// <summary>Recovers batches that nothing else moves.</summary>
    [Function("SweepBatches")]
    public Task SweepBatchesAsync([TimerTrigger(Batches, UseMonitor = false)] TimerInfo timer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        return sweeper.SweepAsync(cancellationToken);
    }

    /// <summary>Deletes states of batches whose retention has ended.</summary>
    [Function("ExpireBatches")]
    public Task ExpireBatchesAsync([TimerTrigger(Expiries, UseMonitor = false)] TimerInfo timer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        return retention.ExpireAsync(cancellationToken);
    }

    /// <summary>Starts batches of drops that no event has announced.</summary>
    [Function("SweepDrops")]
    public Task SweepDropsAsync([TimerTrigger(Drops, UseMonitor = false)] TimerInfo timer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        return drops.SweepAsync(cancellationToken);
    }
}
