using System.Globalization;
using System.Text.Json;
using RerankFunctions.Benchmarks.Engine;
using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Benchmarks.Report;
using RerankFunctions.Cli.Commands;
using RerankFunctions.Cli.Display;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Benchmarks.Cli;

/// <summary>
/// <c>rerank file --local</c> from file to file, load of the model included, beside a bare session whose pairs are tokenized and sorted beforehand. The
/// workload is repeated with other queries, so that no pair is known.
/// </summary>
internal static class CliBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        var options = new BenchmarkOptions(args);
        var setup = EngineSetup.Create(options) with { Threads = options.Number("--threads", 1) };
        var jobs = Enumerable.Range(0, options.Number("--repeat", 40))
            .SelectMany(round => setup.Workload.Jobs.Select(job => job with { Query = FormattableString.Invariant($"{job.Query} {round}") }))
            .ToList();
        setup = setup with { Workload = setup.Workload with { Jobs = jobs } };
        var folder = Directory.CreateTempSubdirectory("rerank-cli-");
        try
        {
            using var bare = BareSession.Load(setup.Folder, setup.Threads);
            var ceiling = bare.CeilingOf(jobs);
            var command = WayOf(setup, folder.FullName);
            await Way.AlternateAsync([command, .. ceiling], setup.Rounds);
            ReportFolder.Open(options).Write("cli", setup.Describe(), [Row.OfRates("cli", command, Way.Cheapest(ceiling))]);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Way WayOf(EngineSetup setup, string folder)
    {
        var input = Path.Combine(folder, "in.jsonl");
        File.WriteAllLines(input, setup.Workload.Jobs.Select(ToLine));
        string[] args =
        [
            "file", input, "-o", Path.Combine(folder, "out.jsonl"), "--overwrite", "--local", "--model-path", setup.Folder,
            "--device", DeviceNames.NameOf(Device.Cpu), "--threads", setup.Threads.ToString(CultureInfo.InvariantCulture),
        ];
        var environment = new Dictionary<string, string> { ["Rerank__CacheBytes"] = "0" };
        return new Way($"rerank file --local, {setup.Threads} {(setup.Threads == 1 ? "thread" : "threads")}", _ => Cost.OfAsync(async () =>
        {
            using var error = new StringWriter();
            var terminal = new Terminal(Stream.Null, TextWriter.Null, error, IsOutputTerminal: false, IsErrorTerminal: false, environment);
            if (await RerankCommand.RunAsync(args, terminal, TimeProvider.System, CancellationToken.None) != 0)
            {
                throw new InvalidOperationException(error.ToString());
            }
        }));
    }

    private static string ToLine(ScoringRequest job) => JsonSerializer.Serialize(new { query = job.Query, documents = job.Documents });
}
