using System.Diagnostics;
using System.Diagnostics.Metrics;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Jobs.Telemetry;

/// <summary>Every instrument of jobs. Times are those of the job's status.</summary>
public sealed class JobMetrics
{
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600],
    };

    private readonly Counter<long> _accepted;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _postponed;
    private readonly Counter<long> _swept;
    private readonly Counter<long> _callbacks;
    private readonly Histogram<double> _queueDuration;
    private readonly Histogram<double> _duration;

    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">Creates their meter and owns it.</param>
    public JobMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(JobsTelemetry.Name);
        _accepted = meter.CreateCounter<long>("rerank.jobs.accepted", "{job}", "Jobs that were stored and announced.");
        _attempts = meter.CreateCounter<long>("rerank.jobs.attempts", "{attempt}", "Attempts at jobs that ended, by what they led to.");
        _postponed = meter.CreateCounter<long>(
            "rerank.messages.postponed", "{message}", "Messages of jobs and callbacks that went back to the queue without an attempt or a call.");
        _swept = meter.CreateCounter<long>("rerank.sweep.findings", "{job}", "Jobs on which the sweeper had to act, by what it found.");
        _callbacks = meter.CreateCounter<long>("rerank.callbacks", "{call}", "Calls to callback addresses, by what they led to.");
        _queueDuration = meter.CreateHistogram("rerank.job.queue.duration", "s", "Time from the acceptance of a job to an attempt.", advice: Seconds);
        _duration = meter.CreateHistogram("rerank.job.duration", "s", "Time from the acceptance of a job to its end.", advice: Seconds);
    }

    /// <summary>Counts a job that was stored and announced.</summary>
    internal void JobAccepted() => _accepted.Add(1);

    /// <summary>Counts a message that went back to the queue.</summary>
    internal void MessagePostponed() => _postponed.Add(1);

    /// <summary>Counts the time until an attempt began.</summary>
    internal void AttemptBegan(JobRecord job) => _queueDuration.Record(SecondsBetween(job.CreatedAt, job.StartedAt));

    /// <summary>Counts an attempt.</summary>
    /// <param name="outcome">A member of <see cref="AttemptOutcomes"/>.</param>
    internal void AttemptEnded(string outcome) => _attempts.Add(1, new KeyValuePair<string, object?>(JobsTelemetry.Outcome, outcome));

    /// <summary>Counts what a sweep has found.</summary>
    /// <param name="finding">A member of <see cref="SweepFindings"/>.</param>
    internal void Swept(string finding) => _swept.Add(1, new KeyValuePair<string, object?>(JobsTelemetry.Finding, finding));

    /// <summary>Counts a call to a callback address.</summary>
    /// <param name="status">The callback's status after the call.</param>
    internal void CallbackSent(CallbackStatus status) => _callbacks.Add(1, new KeyValuePair<string, object?>(JobsTelemetry.CallbackOutcome, NameOf(status)));

    /// <summary>Counts the time until a job ended.</summary>
    internal void JobEnded(JobStatus status)
    {
        var tags = new TagList { { "rerank.job.status", NameOf(status.Status) } };
        if (status.Error is { } error)
        {
            tags.Add(JobsTelemetry.ErrorType, error.Code);
        }

        _duration.Record(SecondsBetween(status.CreatedAt, status.CompletedAt), tags);
    }

    private static string NameOf(JobState state) => state switch
    {
        JobState.Succeeded => "succeeded",
        JobState.Canceled => "canceled",
        _ => "failed",
    };

    private static string NameOf(CallbackStatus status) => status switch
    {
        CallbackStatus.Delivered => "delivered",
        CallbackStatus.Failed => "failed",
        _ => "retried",
    };

    // The times come from the clocks of two processes.
    private static double SecondsBetween(DateTimeOffset from, DateTimeOffset? to) => Math.Max(0, (to - from).GetValueOrDefault().TotalSeconds);
}
