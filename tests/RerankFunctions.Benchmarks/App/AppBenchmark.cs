using System.Diagnostics;
using System.Globalization;
using RerankFunctions.Benchmarks.Engine;
using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Benchmarks.Report;

namespace RerankFunctions.Benchmarks.App;

/// <summary>A running app, through HTTP, queue and storage, beside bare runs of the same pairs in this process.</summary>
internal static class AppBenchmark
{
    /// <summary>Measures the whole app and the time of small jobs.</summary>
    public static Task<int> RunAsync(string[] args) => RunAsync("app", args, withWorkload: true);

    /// <summary>Measures the time of small jobs only.</summary>
    public static Task<int> RunLatencyAsync(string[] args) => RunAsync("latency", args, withWorkload: false);

    private static async Task<int> RunAsync(string name, string[] args, bool withWorkload)
    {
        var options = new BenchmarkOptions(args);
        if (options.Text("--url") is not { } url)
        {
            Console.Error.WriteLine($"{name}: --url of a running app is missing");
            return 2;
        }

        var setup = EngineSetup.Create(options) with { Threads = options.Number("--threads", 1) };
        using var http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(5) };
        using var bare = BareSession.Load(setup.Folder, setup.Threads);
        var client = new JobClient(http);
        var rows = new List<Row>();
        if (withWorkload && options.HasRow("app"))
        {
            rows.Add(await WorkloadRowAsync(setup, client, bare));
        }

        rows.AddRange(await new LatencyRows(setup, client, bare).MeasureAsync());
        ReportFolder.Open(options).Write(name, setup.Describe(), rows);
        return 0;
    }

    private static async Task<Row> WorkloadRowAsync(EngineSetup setup, JobClient client, BareSession bare)
    {
        if (setup.Options.Text("--pid") is not { } pid)
        {
            return Row.Skip("app", "the app", "ceiling", "no --pid of the app");
        }

        using var process = Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture));
        var jobs = setup.Workload.Jobs;
        var app = new Way("the app: HTTP, queue, storage, scores", _ => Cost.OfAsync(process, () => Task.WhenAll(jobs.Select(client.RunAsync))));
        var ceiling = bare.CeilingOf(jobs);
        await Way.AlternateAsync([app, .. ceiling], setup.Rounds);
        return Row.OfRates("app", app, Way.Cheapest(ceiling));
    }
}
