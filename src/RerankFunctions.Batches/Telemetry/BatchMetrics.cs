using System.Diagnostics;
using System.Diagnostics.Metrics;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Batches.Telemetry;

/// <summary>Every instrument of batches.</summary>
public sealed class BatchMetrics
{
    private const string Outcome = "rerank.chunk.outcome";
    private const string Status = "rerank.batch.status";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 600, 1800, 3600, 14400, 43200, 86400, 518400],
    };

    private readonly Counter<long> _accepted;
    private readonly Counter<long> _lines;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _recovered;
    private readonly Histogram<double> _chunkDuration;
    private readonly Histogram<double> _duration;

    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">Creates their meter and owns it.</param>
    public BatchMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(BatchesTelemetry.Name);
        _accepted = meter.CreateCounter<long>("rerank.batches.accepted", "{batch}", "Batches that were stored and announced.");
        _lines = meter.CreateCounter<long>("rerank.batch.lines", "{line}", "Lines that are done, by whether they have an answer.");
        _attempts = meter.CreateCounter<long>("rerank.chunk.attempts", "{attempt}", "Attempts at chunks that ended, by what they led to.");
        _recovered = meter.CreateCounter<long>("rerank.batches.recovered", "{message}", "Messages that the sweeper sent for batches and chunks.");
        _chunkDuration = meter.CreateHistogram("rerank.chunk.duration", "s", "Time of an attempt at a chunk that completed it.", advice: Seconds);
        _duration = meter.CreateHistogram("rerank.batch.duration", "s", "Time from the acceptance of a batch to its end.", advice: Seconds);
    }

    internal void BatchAccepted() => _accepted.Add(1);

    internal void Recovered() => _recovered.Add(1);

    /// <summary>Counts an attempt at a chunk that did not complete it.</summary>
    /// <param name="outcome">A member of <see cref="AttemptOutcomes"/>.</param>
    internal void ChunkMissed(string outcome) => _attempts.Add(1, new KeyValuePair<string, object?>(Outcome, outcome));

    internal void ChunkCompleted(ChunkResult result, TimeSpan duration)
    {
        _attempts.Add(1, new KeyValuePair<string, object?>(Outcome, "completed"));
        _chunkDuration.Record(duration.TotalSeconds);
        _lines.Add(result.Completed, new KeyValuePair<string, object?>("rerank.line.status", "completed"));
        _lines.Add(result.Failed, new KeyValuePair<string, object?>("rerank.line.status", "failed"));
    }

    internal void BatchEnded(BatchRecord batch)
    {
        var tags = new TagList { { Status, NameOf(batch.State) } };
        if (batch.Error is { } error)
        {
            tags.Add("error.type", error.Code);
        }

        // The times come from the clocks of two processes.
        _duration.Record(Math.Max(0, (batch.EndedAt - batch.CreatedAt).GetValueOrDefault().TotalSeconds), tags);
    }

    private static string NameOf(BatchState state) => state switch
    {
        BatchState.Completed => "completed",
        BatchState.Cancelled => "cancelled",
        BatchState.Expired => "expired",
        _ => "failed",
    };
}
