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
/// Finds jobs that nothing else moves: leases that ran out, messages that do not come, submissions cut off, markers of ended jobs. It lists the markers,
/// and reads a job only when something may be due, so that its cost grows with the active jobs. Sweepers that run at once do no harm: every step is a swap.
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
    // Few beside the calls of workers and clients.
    private const int MaxReadsAtOnce = 8;

    private int _isSweeping;
    private Dictionary<JobId, DateTimeOffset> _lookAgainAt = [];

    /// <summary>Looks at all active jobs once, unless this process does so already.</summary>
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
        var fronts = new QueueFronts(messages);
        var seen = new Dictionary<JobId, DateTimeOffset>();
        string? continuation = null;
        do
        {
            var page = await store.ListActiveAsync(continuation, cancellationToken);
            var due = new List<JobId>();
            foreach (var marker in page.Blobs)
            {
                if (BlobNames.FindMarked(marker.Name) is not { } id || marker.LastModified > page.Time - options.Value.LeaseDuration)
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

            foreach (var chunk in due.Chunk(MaxReadsAtOnce))
            {
                var looks = await Task.WhenAll(chunk.Select(id => TryLookAsync(id, fronts, cancellationToken)));
                foreach (var look in looks)
                {
                    if (look.LookAgainAt is { } later)
                    {
                        seen[look.Id] = later;
                    }
                }

                if (Array.TrueForAll(looks, look => look.Failure is not null))
                {
                    throw looks[0].Failure!;
                }
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);

        _lookAgainAt = seen;
    }

    private async Task<Look> TryLookAsync(JobId id, QueueFronts fronts, CancellationToken cancellationToken)
    {
        try
        {
            return new Look(id, await LookAsync(id, fronts, cancellationToken));
        }
        catch (NewerVersionException)
        {
            // A sweeper of the newer version looks after it.
            return new Look(id, null);
        }
        catch (StorageUnavailableException exception)
        {
            logger.JobNotSwept(id, exception.Message);
            return new Look(id, null, exception);
        }
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

    private readonly record struct Look(JobId Id, DateTimeOffset? LookAgainAt, StorageUnavailableException? Failure = null);

    private void Tell(JobId id, string? finding)
    {
        if (finding is not null)
        {
            metrics.Swept(finding);
            logger.JobSwept(id, finding);
        }
    }
}
