using System.Diagnostics;
using System.Net.Http.Json;
using RerankFunctions.Benchmarks.Engine;
using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Benchmarks.Workloads;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Benchmarks.App;

/// <summary>
/// The time of <c>POST /v2/rerank</c> with 10 documents on a running app, by one client and by many at once, beside the bare run of the same pairs and beside
/// transformers.js behind Node's HTTP server.
/// </summary>
internal static class SyncBenchmark
{
    private const int Documents = 10;
    private const int BareBudget = 512;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new BenchmarkOptions(args);
        if (options.Text("--url") is not { } url)
        {
            Console.Error.WriteLine("sync: --url of a running app is missing");
            return 2;
        }

        var setup = EngineSetup.Create(options) with { Threads = options.Number("--threads", 1) };
        using var bare = BareSession.Load(setup.Folder, setup.Threads);
        await using var peer = await TransformersServer.TryStartAsync(setup);
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 1_000 };
        using var http = new HttpClient(handler) { Timeout = TimeSpan.FromMinutes(5) };
        var texts = new TextGenerator(bare.Tokenizer, seed: 7);
        var job = texts.NextJob(Documents);
        var servers = new List<(string Name, Uri Route)> { ("the app", new Uri(new Uri(url), "/v2/rerank")) };
        if (peer is not null)
        {
            servers.Add(("transformers.js behind Node's HTTP server", peer.Address));
        }

        Console.WriteLine(FormattableString.Invariant($"{Documents} documents, {setup.Threads} threads"));
        Console.WriteLine("| what | clients | median ms | 95 % ms | over the bare run, median ms | requests/s |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        await MeasureOneAsync(http, servers, bare.WayOf("bare run of the pairs", [job], jobs => PairBatches.Sorted(jobs, BareBudget)), job, setup.Rounds * 20);
        await MeasureManyAsync(http, servers, texts, options.Number("--clients", 64), options.Number("--requests", 320));
        return 0;
    }

    private static async Task MeasureOneAsync(HttpClient http, List<(string Name, Uri Route)> servers, Way bare, ScoringRequest job, int rounds)
    {
        var ways = servers.Select(server => new Way(server.Name, _ => Cost.OfAsync(() => PostAsync(http, server.Route, job)))).ToArray();
        await Way.AlternateAsync([bare, .. ways], rounds);
        var floor = At(bare, 0.5);
        foreach (var way in ways.Prepend(bare))
        {
            Console.WriteLine(FormattableString.Invariant($"| {way.Name} | 1 | {At(way, 0.5):F1} | {At(way, 0.95):F1} | {At(way, 0.5) - floor:F1} | |"));
        }
    }

    private static async Task MeasureManyAsync(HttpClient http, List<(string Name, Uri Route)> servers, TextGenerator texts, int clients, int requests)
    {
        ScoringRequest[] jobs = [.. Enumerable.Range(0, requests).Select(_ => texts.NextJob(Documents))];
        foreach (var (name, route) in servers)
        {
            await RunAsync(http, route, jobs[..Math.Min(clients, jobs.Length)], clients);
            var began = Stopwatch.GetTimestamp();
            var times = await RunAsync(http, route, jobs, clients);
            var rate = jobs.Length / Stopwatch.GetElapsedTime(began).TotalSeconds;
            var (median, slow) = (Quartiles.At(times, 0.5), Quartiles.At(times, 0.95));
            Console.WriteLine(FormattableString.Invariant($"| {name} | {clients} | {median:F1} | {slow:F1} | | {rate:F1} |"));
        }
    }

    /// <returns>Milliseconds of the requests, ascending.</returns>
    private static async Task<IReadOnlyList<double>> RunAsync(HttpClient http, Uri route, ScoringRequest[] jobs, int clients)
    {
        var times = new double[jobs.Length];
        await Parallel.ForEachAsync(jobs.Index(), new ParallelOptions { MaxDegreeOfParallelism = clients }, async (job, _) =>
        {
            var began = Stopwatch.GetTimestamp();
            await PostAsync(http, route, job.Item);
            times[job.Index] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        });
        return [.. times.Order()];
    }

    private static async Task PostAsync(HttpClient http, Uri route, ScoringRequest job)
    {
        using var response = await http.PostAsJsonAsync(route, new { query = job.Query, documents = job.Documents });
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync();
    }

    private static double At(Way way, double part) => 1_000 * Quartiles.At([.. way.Costs.Select(cost => cost.Wall).Order()], part);
}
