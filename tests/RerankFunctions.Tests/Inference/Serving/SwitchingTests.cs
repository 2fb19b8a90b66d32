using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RerankFunctions.Inference;
using RerankFunctions.Inference.Abstractions;
using Xunit.Abstractions;

namespace RerankFunctions.Tests.Inference.Serving;

/// <summary>
/// Two real models take turns. <c>RERANK_SWITCHES</c> sets the number of requests, of which each loads its model again where one fits; with thousands of them,
/// the memory of the process is checked as well.
/// </summary>
public sealed class SwitchingTests(ITestOutputHelper output)
{
    private const int LongRun = 1_000;
    private const float Tolerance = 1e-4f;

    // Bytes for either of the models and not for both.
    private const long OneOfThem = 1_200_000;

    private static readonly string[] Models = ["bert-tiny", "modernbert-tiny"];

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task Requests_that_alternate_get_the_scores_of_their_models(int isLimited, bool bothFit)
    {
        await using var services = Services(isLimited == 0 ? 0 : OneOfThem);
        using var counts = new Counts(services.GetRequiredService<IMeterFactory>());
        var reranker = services.GetRequiredService<IReranker>();
        var goldens = Models.Select(model => ModelGolden.Read(Folder(model))).ToArray();
        var count = int.TryParse(Environment.GetEnvironmentVariable("RERANK_SWITCHES"), CultureInfo.InvariantCulture, out var set) ? set : 40;
        var (managed, native) = (0L, 0L);
        for (var i = 0; i < count; i++)
        {
            if (i == LongRun / 4)
            {
                (managed, native) = Memory();
            }

            var golden = goldens[i % 2][i / 2 % goldens[i % 2].Length];
            var scores = await reranker.ScoreAsync(new ScoringRequest(golden.Query, [golden.Document]) { Model = Models[i % 2] }, null, default);
            Assert.Equal(golden.Logit!.Value, scores.Logits[0], Tolerance);
        }

        Assert.Equal(bothFit ? 2 : count, counts.Of("rerank.model.loads"));
        Assert.Equal(bothFit ? 0 : count - 1, counts.Of("rerank.model.unloads"));
        if (count >= LongRun)
        {
            var (managedAfter, nativeAfter) = Memory();
            output.WriteLine($"{count} requests: managed {managed:N0} → {managedAfter:N0}, anonymous {native:N0} → {nativeAfter:N0} bytes");
            Assert.InRange(managedAfter - managed, long.MinValue, 8L << 20);
            Assert.InRange(nativeAfter - native, long.MinValue, 64L << 20);
        }
    }

    private static string Folder(string model) => TestModel.Own($"safetensors/{model}");

    private static (long Managed, long Anonymous) Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var anonymous = File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon", StringComparison.Ordinal));
        var kilobytes = anonymous.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1];
        return (GC.GetTotalMemory(forceFullCollection: true), long.Parse(kilobytes, CultureInfo.InvariantCulture) * 1024);
    }

    private static ServiceProvider Services(long memory)
    {
        var settings = Models.SelectMany(model => new[]
        {
            KeyValuePair.Create($"Rerank:Models:{model}:Path", (string?)Folder(model)),
        }).Concat(
        [
            KeyValuePair.Create("Rerank:DefaultModel", (string?)Models[0]),
            KeyValuePair.Create("Rerank:ModelMemoryBytes", (string?)memory.ToString(CultureInfo.InvariantCulture)),
            KeyValuePair.Create("Rerank:ModelMinResidency", (string?)"00:00:00"),
            KeyValuePair.Create("Rerank:ModelThreads", (string?)"1"),
            KeyValuePair.Create("Rerank:Device", (string?)"cpu"),
            KeyValuePair.Create("Rerank:CacheBytes", (string?)"0"),
            KeyValuePair.Create("Rerank:MeasurementPath", (string?)Path.Combine(AppContext.BaseDirectory, "runs")),
        ]);
        return new ServiceCollection()
            .AddLogging()
            .AddReranker(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
    }

    /// <summary>Counts what counters count, without keeping each measurement.</summary>
    private sealed class Counts : IDisposable
    {
        private readonly ConcurrentDictionary<string, long> _counts = new();
        private readonly MeterListener _listener = new();

        public Counts(IMeterFactory meters)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>(
                (instrument, value, _, _) => _counts.AddOrUpdate(instrument.Name, value, (_, before) => before + value));
            _listener.Start();
        }

        public long Of(string instrument) => _counts.GetValueOrDefault(instrument);

        public void Dispose() => _listener.Dispose();
    }
}
