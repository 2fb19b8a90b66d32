using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace RerankFunctions.Tests.Support;

/// <summary>What the instruments of one meter factory measure.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Measured> _all = [];

    public Measurements()
    {
        Meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, Meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(Add);
        _listener.SetMeasurementEventCallback<int>(Add);
        _listener.SetMeasurementEventCallback<double>(Add);
        _listener.Start();
    }

    public IMeterFactory Meters { get; }

    /// <summary>Tags of all measurements, with their values.</summary>
    public IEnumerable<string> Tags => _all.SelectMany(measured => measured.Tags);

    /// <summary>Returns the measurements of an instrument in their order.</summary>
    /// <param name="instrument">Its name.</param>
    /// <param name="tags">Their tags, each as <c>name=value</c>.</param>
    public double[] Of(string instrument, params string[] tags) =>
        [.. _all.Where(measured => measured.Instrument == instrument && tags.All(measured.Tags.Contains)).Select(measured => measured.Value)];

    /// <summary>Returns the sum of the measurements of an instrument.</summary>
    public double Sum(string instrument, params string[] tags) => Of(instrument, tags).Sum();

    /// <summary>Asks the gauges.</summary>
    public void Observe() => _listener.RecordObservableInstruments();

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    private void Add<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
        where T : struct, IConvertible =>
        _all.Enqueue(new Measured(instrument.Name, value.ToDouble(CultureInfo.InvariantCulture), [.. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")]));

    private sealed record Measured(string Instrument, double Value, string[] Tags);
}
