using Microsoft.Azure.Functions.Worker;
using RerankFunctions.Jobs.Sweeping;

namespace RerankFunctions.Timers;

/// <summary>Functions that look after jobs on a schedule. The host runs each on one instance at a time.</summary>
public sealed class SweepFunctions(JobSweeper sweeper, JobRetention retention)
{
    // Every 15 seconds: a lease of 30 seconds and a sweep fit into a minute. Without a monitor, which would write a blob at each run.
    private const string Sweeps = "*/15 * * * * *";

    // Every 5 minutes, so that a round that was cut off goes on soon; a complete one rests for an hour.
    private const string Expiries = "0 1/5 * * * *";

    /// <summary>Recovers jobs that nothing else moves.</summary>
    [Function("SweepJobs")]
    public Task SweepAsync([TimerTrigger(Sweeps, UseMonitor = false)] TimerInfo timer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        return sweeper.SweepAsync(cancellationToken);
    }

    /// <summary>Deletes jobs and idempotency keys whose retention has ended. It can take long, so sweeps do not wait for it.</summary>
    [Function("ExpireJobs")]
    public Task ExpireAsync([TimerTrigger(Expiries, UseMonitor = false)] TimerInfo timer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        return retention.ExpireAsync(cancellationToken);
    }
}
