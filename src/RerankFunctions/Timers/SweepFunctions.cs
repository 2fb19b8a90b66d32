using Microsoft.Azure.Functions.Worker;
using RerankFunctions.Jobs.Sweeping;

namespace RerankFunctions.Timers;

/// <summary>Functions that look after jobs on a schedule. The host runs each on one instance at a time.</summary>
public sealed class SweepFunctions(JobSweeper sweeper, JobRetention retention)
{
    // Every 15 seconds: a lease of 30 seconds and a sweep fit into a minute. Without a monitor, which would write a blob at each run.
    private const string Schedule = "*/15 * * * * *";

    /// <summary>Recovers jobs that nothing else moves, and deletes jobs whose retention has ended.</summary>
    [Function("SweepJobs")]
    public async Task SweepAsync([TimerTrigger(Schedule, UseMonitor = false)] TimerInfo timer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        await sweeper.SweepAsync(cancellationToken);
        await retention.ExpireAsync(cancellationToken);
    }
}
