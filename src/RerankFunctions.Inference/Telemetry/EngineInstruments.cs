using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Telemetry;

/// <summary>Every instrument of the engines of a process.</summary>
internal sealed class EngineInstruments
{
    private readonly ConcurrentDictionary<string, Func<WorkClass, WaitingWork>> _waiting = new(StringComparer.Ordinal);

    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">Creates their meter and owns it.</param>
    public EngineInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(InferenceTelemetry.Name);
        Tokens = meter.CreateCounter<long>("rerank.batch.tokens", "{token}", "Tokens of the pairs that were run, without padding and shared prefixes.");
        Cells = meter.CreateCounter<long>("rerank.batch.cells", "{cell}", "Rows × longest of the runs: their tokens and padding.");
        Rows = meter.CreateHistogram(
            "rerank.batch.rows", "{row}", "Pairs of a run.", advice: Buckets(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096));
        Fill = meter.CreateHistogram(
            "rerank.batch.fill", "1", "Cells of a run over the limit of its cells.", advice: Buckets(0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1));
        Duration = meter.CreateHistogram(
            "rerank.run.duration", "s", "Time of a run.", advice: Buckets(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300));
        Errors = meter.CreateCounter<long>("rerank.run.errors", "{run}", "Runs that failed or gave a score that is not finite.");
        BackOffs = meter.CreateCounter<long>("rerank.backoffs", "{backoff}", "How often the limit of a run was lowered because memory ran out.");
        Pairs = meter.CreateCounter<long>("rerank.pairs", "{pair}", "Pairs whose score was found, by where it came from.");
        Prefixes = meter.CreateCounter<long>("rerank.prefixes", "{run}", "Runs of pairs with a shared prefix, by where its keys and values came from.");
        Replaced = meter.CreateCounter<long>("rerank.sessions.replaced", "{session}", "Sessions that ran nothing any more and were loaded again.");
        Loads = meter.CreateCounter<long>("rerank.model.loads", "{load}", "Loads of models, with the code of the failure of those that failed.");
        Unloads = meter.CreateCounter<long>("rerank.model.unloads", "{unload}", "Models that were unloaded for the memory of another one.");
        Waits = meter.CreateHistogram(
            "rerank.model.wait.duration",
            "s",
            "Time that a request waited for its model.",
            advice: Buckets(0.001, 0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300));
        meter.CreateObservableGauge("rerank.waiting.pairs", () => Observe(static work => work.Pairs), "{pair}", "Pairs that wait in the engine.");
        meter.CreateObservableGauge("rerank.waiting.tokens", () => Observe(static work => work.Tokens), "{token}", "Tokens of the pairs that wait.");
    }

    /// <summary>Counts tokens of runs.</summary>
    public Counter<long> Tokens { get; }

    /// <summary>Counts rows × longest of runs.</summary>
    public Counter<long> Cells { get; }

    /// <summary>Records the pairs of a run.</summary>
    public Histogram<int> Rows { get; }

    /// <summary>Records how full a run is.</summary>
    public Histogram<double> Fill { get; }

    /// <summary>Records the time of a run.</summary>
    public Histogram<double> Duration { get; }

    /// <summary>Counts runs that failed.</summary>
    public Counter<long> Errors { get; }

    /// <summary>Counts lowered limits.</summary>
    public Counter<long> BackOffs { get; }

    /// <summary>Counts pairs.</summary>
    public Counter<long> Pairs { get; }

    /// <summary>Counts runs with a shared prefix.</summary>
    public Counter<long> Prefixes { get; }

    /// <summary>Counts sessions that were loaded again.</summary>
    public Counter<long> Replaced { get; }

    /// <summary>Counts loads.</summary>
    public Counter<long> Loads { get; }

    /// <summary>Counts models that made room.</summary>
    public Counter<long> Unloads { get; }

    /// <summary>Records the time that a request waited for its model.</summary>
    public Histogram<double> Waits { get; }

    /// <summary>Sets where the work that waits for a model is counted; null for nowhere.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="waiting">Returns the work of a class. It is called from any thread.</param>
    public void Watch(string model, Func<WorkClass, WaitingWork>? waiting)
    {
        if (waiting is null)
        {
            _waiting.TryRemove(model, out _);
        }
        else
        {
            _waiting[model] = waiting;
        }
    }

    private static InstrumentAdvice<T> Buckets<T>(params T[] boundaries)
        where T : struct => new() { HistogramBucketBoundaries = boundaries };

    private IEnumerable<Measurement<long>> Observe(Func<WaitingWork, long> valueOf) =>
        from engine in _waiting
        from workClass in new[] { WorkClass.Interactive, WorkClass.Bulk }
        select new Measurement<long>(
            valueOf(engine.Value(workClass)),
            new KeyValuePair<string, object?>(InferenceTelemetry.WorkClassTag, InferenceTelemetry.NameOf(workClass)),
            new KeyValuePair<string, object?>(InferenceTelemetry.ModelTag, engine.Key));
}
