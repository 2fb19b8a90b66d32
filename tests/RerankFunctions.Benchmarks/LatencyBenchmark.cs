using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RerankFunctions.Inference;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Benchmarks;

/// <summary>
/// The time from submit to answer for one small job on an idle app: long-polling with <c>wait</c>, polling after <c>Retry-After</c>, and the
/// model run of the same pairs in this process, interleaved.
/// </summary>
internal static class LatencyBenchmark
{
    private const int Documents = 10;
    private const string Query = "How do I increase the timeout of an Azure function?";

    private static readonly string[] Texts =
    [
        .. Enumerable.Range(1, Documents).Select(i => FormattableString.Invariant(
            $"Note {i}: set functionTimeout in host.json to a larger value to let an Azure function run longer.")),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new BenchmarkOptions(args);
        if (options.Text("--url") is not { } url)
        {
            Console.Error.WriteLine("latency: --url of a running app is missing");
            return 2;
        }

        var rounds = options.Number("--rounds", 30);
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        var client = new JobClient(http);
        await using var services = new ServiceCollection()
            .AddLogging(logging => logging.ClearProviders())
            .AddReranker(new ConfigurationBuilder().Build())
            .BuildServiceProvider();
        var reranker = services.GetRequiredService<IReranker>();
        (string Name, Func<Task> Once, List<double> Milliseconds)[] ways =
        [
            ("model run", () => reranker.ScoreAsync(new ScoringRequest(Query, Texts), null, CancellationToken.None), []),
            ("job, ?wait=30", () => JobAsync(client, "?wait=30"), []),
            ("job, polled after Retry-After", () => JobAsync(client, ""), []),
        ];
        foreach (var (_, once, _) in ways)
        {
            await once();
        }

        for (var round = 0; round < rounds; round++)
        {
            foreach (var (_, once, milliseconds) in ways)
            {
                var began = Stopwatch.GetTimestamp();
                await once();
                milliseconds.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }

        Console.WriteLine(FormattableString.Invariant($"{Documents} documents, {rounds} interleaved rounds"));
        Console.WriteLine("| | median ms | 90 % ms |");
        Console.WriteLine("| --- | --- | --- |");
        foreach (var (name, _, milliseconds) in ways)
        {
            milliseconds.Sort();
            Console.WriteLine(FormattableString.Invariant($"| {name} | {milliseconds[rounds / 2]:F0} | {milliseconds[rounds * 9 / 10]:F0} |"));
        }

        return 0;
    }

    private static async Task JobAsync(JobClient client, string wait)
    {
        var (location, retryAfter) = await client.SubmitAsync(Query, Texts);
        await client.WaitForEndAsync($"{location}{wait}", wait.Length > 0 ? TimeSpan.Zero : retryAfter);
    }
}
