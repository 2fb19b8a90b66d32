using System.Diagnostics;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Jobs.Telemetry;

/// <summary>The span of a message, and the measurements of the attempt that it leads to.</summary>
internal sealed class AttemptTelemetry(JobMetrics metrics, JobMessage message, QueueKind queue) : IDisposable
{
    private readonly Activity? _span = JobsTelemetry.StartProcessing(message, queue);
    private int _interruptions;

    /// <summary>Tells of an attempt that begins.</summary>
    public void Begin(JobRecord job)
    {
        _interruptions = job.Interruptions;
        metrics.AttemptBegan(job);
        _span?.SetDocuments(job.Total).SetTag("rerank.job.attempt", job.Attempt);
    }

    /// <summary>Tells of an attempt that ended.</summary>
    /// <param name="job">The job's state after it.</param>
    public void End(JobRecord job)
    {
        End(job.State switch
        {
            JobState.Succeeded => AttemptOutcomes.Succeeded,
            JobState.Queued => job.Interruptions > _interruptions ? AttemptOutcomes.Interrupted : AttemptOutcomes.Retried,
            _ => AttemptOutcomes.Failed,
        });
        if (job.Error is { } error)
        {
            _span?.Fail(error.Code);
        }
    }

    /// <summary>Tells of an attempt that ended.</summary>
    /// <param name="outcome">A member of <see cref="AttemptOutcomes"/>.</param>
    public void End(string outcome)
    {
        metrics.AttemptEnded(outcome);
        _span?.SetTag(JobsTelemetry.Outcome, outcome);
    }

    /// <summary>Tells of an exception that gives the message back.</summary>
    public void Fail(Exception exception) => _span?.Fail(exception.GetType().FullName);

    /// <summary>Ends the span.</summary>
    public void Dispose() => _span?.Dispose();
}
