using Microsoft.Extensions.Logging;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Reading;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Steps;

/// <summary>Carries out what the protocol decides: actions before the swap, the swap, actions after it.</summary>
public sealed class JobSteps(
    IJobProtocol protocol,
    JobStore store,
    IJobMessages messages,
    JobWatches watches,
    JobMetrics metrics,
    StorageClock clock,
    TimeProvider time,
    ILogger<JobSteps> logger)
{
    /// <summary>Returns what an event would lead to now, without doing it.</summary>
    public Decision Foresee(JobRecord job, JobEvent occurrence) => protocol.Decide(job, occurrence, Now);

    /// <summary>Carries out what an event leads to. A swap that another writer has won is decided anew on the state of that writer.</summary>
    /// <param name="current">The job's state as last read or written.</param>
    /// <param name="occurrence">The event.</param>
    /// <param name="cancellationToken">Cancels the calls to storage; the step may have been taken all the same.</param>
    /// <returns>The result; null when the job is gone.</returns>
    /// <exception cref="StorageUnavailableException">Storage failed; the step may have been taken.</exception>
    /// <exception cref="NewerVersionException">A newer version of the app has written the state.</exception>
    public async Task<StepResult?> TakeAsync(Versioned<JobRecord> current, JobEvent occurrence, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(current);
        var id = current.Value.Id;
        var step = await StateSwap.DecideAsync(
            current,
            async job =>
            {
                var decision = Foresee(job, occurrence);
                await DoAsync(decision.Before, job, cancellationToken);
                return (decision, decision.Next);
            },
            (seen, next) => store.SwapAsync(seen, next, cancellationToken),
            () => store.ReadRecordAsync(id, cancellationToken));
        if (step is not { } taken)
        {
            return null;
        }

        try
        {
            await DoAsync(taken.Decision.After, taken.Stored.Value, cancellationToken);
        }
        catch (Exception exception) when (
            taken.Decision.Next?.IsEnded() == true && exception is StorageUnavailableException or OperationCanceledException)
        {
            // The job has ended all the same. Its marker goes last, so the sweeper finds what is missing.
            logger.EndNotFollowed(id, exception.Message);
        }

        return new StepResult(taken.Stored, taken.Decision);
    }

    private Moment Now => new(clock.GetUtcNow(), time.GetUtcNow());

    private async Task DoAsync(IReadOnlyList<JobAction> actions, JobRecord job, CancellationToken cancellationToken)
    {
        foreach (var action in actions)
        {
            await DoAsync(action, job, cancellationToken);
        }
    }

    private async Task DoAsync(JobAction action, JobRecord job, CancellationToken cancellationToken)
    {
        switch (action)
        {
            case JobAction.StoreAnswer answer:
                await store.CreateAnswerAsync(job.Id, answer.Attempt, answer.Answer, cancellationToken);
                break;
            case JobAction.Send send:
                await messages.SendAsync(send.Queue, new JobMessage(job.Id, job.TraceParent).ToJson(), send.Delay, cancellationToken);
                logger.MessageSent(job.Id, send.Queue, (long)send.Delay.TotalMilliseconds);
                break;
            case JobAction.DeleteMarker:
                await store.UnmarkActiveAsync(job.Id, cancellationToken);
                break;
            case JobAction.AnnounceEnd end:
                var status = job.ToStatus(end.Answer);
                watches.Announce(status);
                metrics.JobEnded(status);
                logger.JobEnded(job);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(action));
        }
    }
}
