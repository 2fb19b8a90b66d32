using System.Diagnostics.Metrics;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Telemetry;

/// <summary>Every instrument of the engine. A measurement is taken where the decision that it tells of is made.</summary>
internal sealed class EngineMetrics
{
    private const string Source = "rerank.source";
    private const string ScoresNotFinite = "scores_not_finite";

    private readonly Counter<long> _tokens;
    private readonly Counter<long> _cells;
    private readonly Histogram<int> _rows;
    private readonly Histogram<double> _fill;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _backOffs;
    private readonly Counter<long> _pairs;
    private readonly Counter<long> _replaced;
    private volatile Func<WorkClass, WaitingWork>? _waiting;

    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">Creates their meter and owns it.</param>
    public EngineMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(InferenceTelemetry.Name);
        _tokens = meter.CreateCounter<long>("rerank.batch.tokens", "{token}", "Tokens of the pairs that were run, without padding and shared prefixes.");
        _cells = meter.CreateCounter<long>("rerank.batch.cells", "{cell}", "Rows × longest of the runs: their tokens and padding.");
        _rows = meter.CreateHistogram(
            "rerank.batch.rows", "{row}", "Pairs of a run.", advice: Buckets(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096));
        _fill = meter.CreateHistogram(
            "rerank.batch.fill", "1", "Cells of a run over the limit of its cells.", advice: Buckets(0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1));
        _duration = meter.CreateHistogram(
            "rerank.run.duration", "s", "Time of a run.", advice: Buckets(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300));
        _errors = meter.CreateCounter<long>("rerank.run.errors", "{run}", "Runs that failed or gave a score that is not finite.");
        _backOffs = meter.CreateCounter<long>("rerank.backoffs", "{backoff}", "How often the limit of a run was lowered because memory ran out.");
        _pairs = meter.CreateCounter<long>("rerank.pairs", "{pair}", "Pairs whose score was found, by where it came from.");
        _replaced = meter.CreateCounter<long>("rerank.sessions.replaced", "{session}", "Sessions that ran nothing any more and were loaded again.");
        meter.CreateObservableGauge("rerank.waiting.pairs", () => Observe(static work => work.Pairs), "{pair}", "Pairs that wait in the engine.");
        meter.CreateObservableGauge("rerank.waiting.tokens", () => Observe(static work => work.Tokens), "{token}", "Tokens of the pairs that wait.");
    }

    /// <summary>Sets where the work that waits is counted; null for nowhere.</summary>
    /// <param name="waiting">Returns the work of a class. It is called from any thread.</param>
    public void Watch(Func<WorkClass, WaitingWork>? waiting) => _waiting = waiting;

    /// <summary>Counts the work of a run that gave logits, and the run as failed if one of them is not finite.</summary>
    public void BatchScored(ScoredBatch batch)
    {
        _tokens.Add(batch.Tokens);
        _cells.Add(batch.Cells);
        _rows.Record(batch.Rows);
        _fill.Record((double)batch.Cells / batch.Limit);
        CountPairs("run", batch.Scored);
        CountPairs("in_flight", batch.InFlight);
        if (batch.Scored < batch.Rows)
        {
            RunFailed(ScoresNotFinite);
        }
    }

    /// <summary>Counts the time of a run, and the run if it failed.</summary>
    public void RunEnded(TimeSpan duration, Exception? failure)
    {
        if (failure is null)
        {
            _duration.Record(duration.TotalSeconds);
            return;
        }

        _duration.Record(duration.TotalSeconds, ErrorOf(InferenceTelemetry.ErrorTypeOf(failure)));
        RunFailed(failure);
    }

    /// <summary>Counts a run that failed.</summary>
    public void RunFailed(Exception failure) => RunFailed(InferenceTelemetry.ErrorTypeOf(failure));

    /// <summary>Counts that the limit of a run was lowered.</summary>
    public void BackedOff() => _backOffs.Add(1);

    /// <summary>Counts pairs that the engine did not have to score.</summary>
    /// <param name="cache">Pairs whose score this process knew.</param>
    /// <param name="sharedCache">Pairs whose score the processes shared.</param>
    public void PairsKnown(int cache, int sharedCache)
    {
        CountPairs("cache", cache);
        CountPairs("shared_cache", sharedCache);
    }

    /// <summary>Counts a session that is loaded again.</summary>
    public void SessionReplaced() => _replaced.Add(1);

    private static InstrumentAdvice<T> Buckets<T>(params T[] boundaries)
        where T : struct => new() { HistogramBucketBoundaries = boundaries };

    private static KeyValuePair<string, object?> ErrorOf(string? errorType) => new(InferenceTelemetry.ErrorType, errorType);

    private void RunFailed(string? errorType) => _errors.Add(1, ErrorOf(errorType));

    private void CountPairs(string source, int pairs)
    {
        if (pairs > 0)
        {
            _pairs.Add(pairs, new KeyValuePair<string, object?>(Source, source));
        }
    }

    private IEnumerable<Measurement<long>> Observe(Func<WaitingWork, long> valueOf) => _waiting is not { } waiting
        ? []
        : new[] { WorkClass.Interactive, WorkClass.Bulk }.Select(workClass => new Measurement<long>(
            valueOf(waiting(workClass)), new KeyValuePair<string, object?>(InferenceTelemetry.WorkClassTag, InferenceTelemetry.NameOf(workClass))));
}
