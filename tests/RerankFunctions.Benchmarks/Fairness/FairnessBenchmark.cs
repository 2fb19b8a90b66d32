using RerankFunctions.Benchmarks.Engine;
using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Benchmarks.Report;
using RerankFunctions.Benchmarks.Workloads;

namespace RerankFunctions.Benchmarks.Fairness;

/// <summary>Jobs of 5 documents while many documents of other jobs are in flight, beside the same jobs on an idle engine.</summary>
internal static class FairnessBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        var options = new BenchmarkOptions(args);
        var folder = options.Text("--model") ?? EngineSetup.DemoModel;
        var (threads, documents, rounds) = (options.Number("--threads", 1), options.Number("--documents", 2_000), options.Number("--rounds", 3));
        var gap = TimeSpan.FromMilliseconds(options.Number("--gap", 400));
        using var bare = BareSession.Load(folder, threads);
        await using var host = await EngineHost.StartAsync(folder, threads);
        var texts = new TextGenerator(bare.Tokenizer, seed: 4);
        var rows = new List<Row>();
        foreach (var jobs in options.Numbers("--bulk-jobs", "2,20"))
        {
            var load = new BulkLoad(host, bare, texts, jobs, documents / jobs, gap);
            await load.MeasureAsync(rounds, options.Number("--idle-jobs", 40));
            rows.AddRange(load.Rows());
        }

        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        ReportFolder.Open(options).Write("fairness", FormattableString.Invariant($"model {name}, model threads: {threads}, rounds: {rounds}"), rows);
        return 0;
    }
}
