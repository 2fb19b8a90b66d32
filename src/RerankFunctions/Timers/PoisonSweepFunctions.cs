using Microsoft.Azure.Functions.Worker;
using RerankFunctions.Jobs.Sweeping;

namespace RerankFunctions.Timers;

/// <summary>
/// The function that handles messages that the host has given up. A queue trigger on each poison queue would double what an idle instance pays for polls, and
/// could not read messages that are not base64.
/// </summary>
public sealed class PoisonSweepFunctions(PoisonSweeper sweeper)
{
    // Every 15 seconds, some seconds before batches and drops.
    private const string Schedule = "2/15 * * * * *";

    /// <summary>Handles the messages in the poison queues.</summary>
    [Function("SweepPoisonQueues")]
    public Task SweepAsync([TimerTrigger(Schedule, UseMonitor = false)] TimerInfo timer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        return sweeper.SweepAsync(cancellationToken);
    }
}
