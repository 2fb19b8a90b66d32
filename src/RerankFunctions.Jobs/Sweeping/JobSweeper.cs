using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Steps;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Sweeping;

/// <summary>
/// Finds jobs that nothing else moves: leases that ran out, messages that do not come, submissions cut off, markers of ended jobs. Sweepers that run at once
/// do no harm: every step is a swap.
/// </summary>
public sealed class JobSweeper(
    JobStore store,
    IJobMessages messages,
    JobSteps steps,
    JobMetrics metrics,
    IOptions<JobsOptions> options,
    StorageClock clock,
    TimeProvider time,
    ILogger<JobSweeper> logger)
{
    private readonly MarkerSweep<JobId> _sweep = new(store.ListActiveAsync, BlobNames.FindMarked, options.Value.LeaseDuration);

    /// <summary>Looks at all active jobs once, unless this process does so already.</summary>
    /// <param name="cancellationToken">Ends the sweep; the next one goes on.</param>
    /// <exception cref="StorageUnavailableException">The markers cannot be listed, or no job of a group could be read.</exception>
    public Task SweepAsync(CancellationToken cancellationToken)
    {
        var fronts = new QueueFronts(messages);
        return _sweep.RunAsync((id, stop) => LookAsync(id, fronts, stop), (id, exception) => logger.JobNotSwept(id, exception.Message), cancellationToken);
    }

    private async Task<DateTimeOffset?> LookAsync(JobId id, QueueFronts fronts, CancellationToken cancellationToken)
    {
        if (await store.ReadRecordAsync(id, cancellationToken) is not { } job)
        {
            await CompleteAsync(id, cancellationToken);
            return null;
        }

        var front = job.Value.State == JobState.Queued ? await fronts.GetAsync(job.Value.AnnouncedIn(), cancellationToken) : null;
        var result = await steps.TakeAsync(job, new JobEvent.Swept(front), cancellationToken);
        Tell(id, result?.Decision switch
        {
            { Verdict: Verdict.Ended } => SweepFindings.StaleMarker,
            { Next.State: JobState.Queued } => SweepFindings.Recovered,
            { Next: not null } => SweepFindings.Ended,
            _ => null,
        });
        return result?.Decision.LookAgainAt;
    }

    /// <summary>Completes a submission that was cut off after its marker. A marker that came back after the job was deleted has no request.</summary>
    private async Task CompleteAsync(JobId id, CancellationToken cancellationToken)
    {
        if (await store.ReadRequestAsync(id, cancellationToken) is not { } request)
        {
            await store.UnmarkActiveAsync(id, cancellationToken);
            Tell(id, SweepFindings.LostRequest);
            return;
        }

        var job = JobRecord.Accept(id, request, JobStore.Serialize(request).Length, null, new Moment(clock.GetUtcNow(), time.GetUtcNow()));
        var accepted = await store.CreateRecordAsync(job, cancellationToken);
        if (accepted.Write == job.Write)
        {
            await messages.SendAsync(job.AnnouncedIn(), new JobMessage(id, null).ToJson(), TimeSpan.Zero, cancellationToken);
            metrics.JobAccepted();
            Tell(id, SweepFindings.Completed);
        }
    }

    private void Tell(JobId id, string? finding)
    {
        if (finding is not null)
        {
            metrics.Swept(finding);
            logger.JobSwept(id, finding);
        }
    }
}
