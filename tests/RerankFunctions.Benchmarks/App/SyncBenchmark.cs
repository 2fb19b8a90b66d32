using System.Diagnostics;
using System.Globalization;
using RerankFunctions.Benchmarks.Engine;
using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Benchmarks.Workloads;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Benchmarks.App;

/// <summary>
/// The time of <c>POST /v2/rerank</c> with 10 documents on a running app, by one client and by many at once, beside bare runs of the same pairs and beside
/// transformers.js behind Node's HTTP server.
/// </summary>
internal static class SyncBenchmark
{
    private const int Documents = 10;
    private const int BareBudget = 512;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new BenchmarkOptions(args);
        if (options.Text("--url") is not { } url || options.Text("--pid") is not { } pid)
        {
            Console.Error.WriteLine("sync: --url or --pid of a running app is missing");
            return 2;
        }

        var setup = EngineSetup.Create(options) with { Threads = options.Number("--threads", 1) };
        using var bare = BareSession.Load(setup.Folder, setup.Threads);
        await using var peer = options.HasRow("peer") ? await TransformersServer.TryStartAsync(setup) : null;
        using var process = Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture));
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 1_000 };
        using var http = new HttpClient(handler) { Timeout = TimeSpan.FromMinutes(5) };
        var servers = new List<RerankServer> { new("the app", new Uri(new Uri(url), "/v2/rerank"), process, http) };
        if (peer is not null)
        {
            servers.Add(new RerankServer("transformers.js behind Node's HTTP server", peer.Address, peer.Process, http));
        }

        Console.WriteLine(setup.Describe());
        var texts = new TextGenerator(bare.Tokenizer, seed: 7);
        await MeasureOneAsync(servers, bare, texts.NextJob(Documents), setup.Rounds * 20);
        await MeasureManyAsync(servers, bare, texts, options, setup.Rounds);
        return 0;
    }

    private static async Task MeasureOneAsync(List<RerankServer> servers, BareSession bare, ScoringRequest job, int rounds)
    {
        var floor = bare.WayOf("bare run of the pairs", [job], jobs => PairBatches.Sorted(jobs, BareBudget));
        Way[] ways = [floor, .. servers.Select(server => server.WayOf([job], clients: 1))];
        await Way.AlternateAsync(ways, rounds);
        Console.WriteLine("| 1 client | median ms | 95 % ms | over the bare run: median ms | 95 % ms |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        foreach (var way in ways)
        {
            var (median, slow) = (At(way, 0.5), At(way, 0.95));
            Console.WriteLine(FormattableString.Invariant(
                $"| {way.Name} | {median:F1} | {slow:F1} | {median - At(floor, 0.5):F1} | {slow - At(floor, 0.95):F1} |"));
        }
    }

    private static async Task MeasureManyAsync(
        List<RerankServer> servers, BareSession bare, TextGenerator texts, BenchmarkOptions options, int rounds)
    {
        var clients = options.Number("--clients", 64);
        ScoringRequest[] jobs = [.. Enumerable.Range(0, options.Number("--requests", 320)).Select(_ => texts.NextJob(Documents))];
        Way[] ways = [.. servers.Select(server => server.WayOf(jobs, clients))];
        var ceiling = bare.CeilingOf(jobs);
        await Way.AlternateAsync([.. ways, .. ceiling], rounds);
        var best = Quartiles.Of(Way.Cheapest(ceiling).Costs.Select(cost => cost.Cpu)).Median;
        Console.WriteLine();
        Console.WriteLine(FormattableString.Invariant(
            $"| {clients} clients, {jobs.Length} requests | median ms | 95 % ms | longest over mean | refused | pairs a CPU second over the ceiling |"));
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        foreach (var (way, server) in ways.Zip(servers))
        {
            double[] times = [.. server.Times.Order()];
            var (median, slow, longest) = (Quartiles.At(times, 0.5), Quartiles.At(times, 0.95), times[^1] / times.Average());
            var share = best / Quartiles.Of(way.Costs.Select(cost => cost.Cpu)).Median;
            Console.WriteLine(FormattableString.Invariant(
                $"| {way.Name} | {median:F1} | {slow:F1} | {longest:F2} | {server.Refused} | {share:F2} |"));
        }
    }

    private static double At(Way way, double part) => 1_000 * Quartiles.At([.. way.Costs.Select(cost => cost.Wall).Order()], part);
}
