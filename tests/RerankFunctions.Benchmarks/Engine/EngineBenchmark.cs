using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Benchmarks.Report;

namespace RerankFunctions.Benchmarks.Engine;

/// <summary>The engine in this process beside a bare session and other ways to score the same jobs.</summary>
internal static class EngineBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        var options = new BenchmarkOptions(args);
        var threads = options.Numbers("--threads", "1,2");
        var setup = EngineSetup.Create(options);
        var rows = new List<Row>();
        foreach (var count in threads)
        {
            rows.AddRange(await CeilingRows.MeasureAsync(setup with { Threads = count }, withPeers: count == threads[0]));
        }

        setup = setup with { Threads = threads[0] };
        foreach (var measure in (Func<EngineSetup, Task<IReadOnlyList<Row>>>[])
            [SingleJobRows.MeasureAsync, RepeatedPairRows.MeasureAsync, PrefixRows.MeasureAsync])
        {
            rows.AddRange(await measure(setup));
        }

        ReportFolder.Open(options).Write("engine", setup.Describe(), rows);
        return 0;
    }
}
