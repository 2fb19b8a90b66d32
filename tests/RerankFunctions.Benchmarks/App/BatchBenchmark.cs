using System.Diagnostics;
using System.Globalization;
using RerankFunctions.Benchmarks.Engine;
using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Benchmarks.Report;
using RerankFunctions.Benchmarks.Workloads;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Benchmarks.App;

/// <summary>
/// A batch on a running app beside the engine on the same requests in this process; small jobs while a batch runs beside the same on an idle app; and a batch
/// with small jobs beside it and alone.
/// </summary>
internal sealed class BatchBenchmark
{
    private const int SmallDocuments = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly EngineSetup _setup;
    private readonly JobClient _jobs;
    private readonly BatchClient _batches;
    private readonly IReadOnlyList<ScoringRequest> _requests;
    private readonly ScoringRequest _small;

    private BatchBenchmark(EngineSetup setup, TextGenerator texts, HttpClient http, string storage)
    {
        (_setup, _jobs, _batches) = (setup, new JobClient(http), new BatchClient(http, storage));
        var documents = setup.Options.Number("--documents", 10);
        _requests = [.. Enumerable.Range(0, setup.Options.Number("--lines", 1_000)).Select(_ => texts.NextJob(documents))];
        _small = texts.NextJob(SmallDocuments);
    }

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new BenchmarkOptions(args);
        if (options.Text("--url") is not { } url || options.Text("--pid") is not { } pid
            || Environment.GetEnvironmentVariable("AzureWebJobsStorage") is not { } storage)
        {
            Console.Error.WriteLine("batch: --url or --pid of a running app, or its AzureWebJobsStorage in the environment, is missing");
            return 2;
        }

        var setup = EngineSetup.Create(options) with { Threads = options.Number("--threads", 1) };
        using var http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(5) };
        using var process = Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture));
        var texts = new TextGenerator(BareSession.ContextOf(setup.Folder, 1).Tokenizer, seed: 8);
        var benchmark = new BatchBenchmark(setup, texts, http, storage);
        var rows = new List<Row>();
        if (options.HasRow("batch"))
        {
            rows.Add(await benchmark.MeasureCostAsync(process));
        }

        if (options.HasRow("beside"))
        {
            rows.AddRange(await benchmark.MeasureBesideAsync());
        }

        ReportFolder.Open(options).Write("batch", setup.Describe(), rows);
        return 0;
    }

    private async Task<Row> MeasureCostAsync(Process process)
    {
        await using var host = await EngineHost.StartAsync(_setup.Folder, _setup.Threads);
        var engine = host.WayOf("the engine on the same requests", _requests);
        var name = FormattableString.Invariant($"a batch of {_requests.Count} lines on the app");
        var batch = new Way(name, async _ =>
        {
            var input = await _batches.WriteAsync(_requests);
            return await Cost.OfAsync(process, () => _batches.RunAsync(input));
        });
        await Way.AlternateAsync([batch, engine], _setup.Rounds);
        return Row.OfTimes("batch", batch, engine);
    }

    private async Task<IReadOnlyList<Row>> MeasureBesideAsync()
    {
        var (idle, beside, alone, accompanied) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        await _jobs.RunAsync(_small);
        for (var round = 0; round < _setup.Rounds; round++)
        {
            using var quiet = new CancellationTokenSource(TimeSpan.FromSeconds(_setup.Options.Number("--idle-seconds", 20)));
            await RunSmallJobsAsync(idle, quiet.Token);
            alone.Add((await Cost.OfAsync(await StartAsync())).Wall);

            using var ended = new CancellationTokenSource();
            var run = await StartAsync();
            var cost = Cost.OfAsync(run);
            var small = RunSmallJobsAsync(beside, ended.Token);
            accompanied.Add((await cost).Wall);
            await ended.CancelAsync();
            await small;
        }

        var name = FormattableString.Invariant($"job of {SmallDocuments} documents, {beside.Count} times beside a batch of {_requests.Count} lines");
        return
        [
            Row.OfMedians("beside", name, beside, "idle", idle),
            Row.OfElapsedTimes("beside", "the batch with a small job 1 s after the one before", accompanied, "the batch alone", alone),
        ];
    }

    private async Task<Func<Task>> StartAsync()
    {
        var input = await _batches.WriteAsync(_requests);
        return () => _batches.RunAsync(input);
    }

    private async Task RunSmallJobsAsync(List<double> seconds, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            seconds.Add((await Cost.OfAsync(() => _jobs.RunAsync(_small))).Wall);
            await Task.Delay(Pause, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
