using System.Diagnostics.Metrics;

namespace RerankFunctions.Benchmarks.Measurement;

/// <summary>Cells and tokens of the micro-batches that the engine runs, as its counters report them.</summary>
internal sealed class BatchCounters : IDisposable
{
    private const string Meter = "RerankFunctions.Inference";

    private readonly MeterListener _listener = new();
    private long _cells;
    private long _tokens;

    public BatchCounters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Meter && instrument.Name is "rerank.batch.cells" or "rerank.batch.tokens")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument, value));
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(instrument, value));
        _listener.Start();
    }

    /// <summary>Returns the cells for each token since the last call; null if nothing was counted.</summary>
    public double? Take()
    {
        var (cells, tokens) = (Interlocked.Exchange(ref _cells, 0), Interlocked.Exchange(ref _tokens, 0));
        return tokens > 0 ? (double)cells / tokens : null;
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, long value) => Interlocked.Add(ref instrument.Name == "rerank.batch.cells" ? ref _cells : ref _tokens, value);
}
