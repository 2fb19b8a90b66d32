using Microsoft.Azure.Functions.Worker;
using RerankFunctions.Batches.Sweeping;

namespace RerankFunctions.Timers;

/// <summary>Functions that look after batches on a schedule. The host runs each on one instance at a time.</summary>
public sealed class BatchSweepFunctions(BatchSweeper sweeper, BatchRetention retention, DropSweeper drops)
{
    // Every 15 seconds, as for jobs, some seconds after them.
    private const string Batches = "5/15 * * * * *";
    private const string Drops = "10/15 * * * * *";

    /// <summary>Recovers batches that nothing else moves, and deletes batches whose retention has ended.</summary>
    [Function("SweepBatches")]
    public async Task SweepBatchesAsync([TimerTrigger(Batches, UseMonitor = false)] TimerInfo timer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        await sweeper.SweepAsync(cancellationToken);
        await retention.ExpireAsync(cancellationToken);
    }

    /// <summary>Starts batches of drops that no event has announced.</summary>
    [Function("SweepDrops")]
    public Task SweepDropsAsync([TimerTrigger(Drops, UseMonitor = false)] TimerInfo timer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        return drops.SweepAsync(cancellationToken);
    }
}
