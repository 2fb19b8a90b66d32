using System.Diagnostics;
using RerankFunctions.Contracts;

namespace RerankFunctions.Jobs.Telemetry;

/// <summary>The span of a message, and the measurements of the attempt that it leads to.</summary>
internal sealed class AttemptTelemetry(JobMetrics metrics, JobMessage message) : IDisposable
{
    private readonly Activity? _span = JobsTelemetry.StartProcessing(message);

    /// <summary>Tells of an attempt that begins.</summary>
    public void Begin(JobStatus status)
    {
        metrics.AttemptBegan(status);
        _span?.SetDocuments(status.Progress.Total).SetTag("rerank.job.attempt", status.Attempts);
    }

    /// <summary>Tells of an attempt that ended its job.</summary>
    public void End(JobStatus status)
    {
        metrics.JobEnded(status);
        End(status.Status == JobState.Succeeded ? AttemptOutcomes.Succeeded : AttemptOutcomes.Failed);
        if (status.Error is { } error)
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
