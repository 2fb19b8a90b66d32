using System.Collections.Concurrent;
using System.Diagnostics;
using RerankFunctions.Benchmarks.Measurement;

namespace RerankFunctions.Benchmarks.App;

/// <summary>
/// Jobs a second of a running app while each client submits one job after the other and waits for it with <c>?wait=30</c>: few and many clients,
/// interleaved. Counts answers by status and, given the app's process id, reads its peak memory.
/// </summary>
internal static class WaitingBenchmark
{
    private const int Documents = 10;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new BenchmarkOptions(args);
        if (options.Text("--url") is not { } url)
        {
            Console.Error.WriteLine("waiting: --url of a running app is missing");
            return 2;
        }

        var jobs = options.Number("--jobs", 2_000);
        var rounds = options.Number("--rounds", 2);
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 1_000 };
        using var http = new HttpClient(handler) { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(2) };
        var client = new JobClient(http);
        int[] clients = [options.Number("--few", 20), options.Number("--many", 200)];
        await RoundAsync(client, clients[0], jobs / 10);
        Console.WriteLine("| clients | jobs/s | submit median ms | submit 99 % ms | job median ms | job 99 % ms |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        for (var round = 0; round < rounds; round++)
        {
            foreach (var count in clients)
            {
                Console.WriteLine(await RoundAsync(client, count, jobs));
            }
        }

        foreach (var (answer, count) in client.Answers.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Console.WriteLine(FormattableString.Invariant($"{answer}: {count}"));
        }

        if (options.Text("--pid") is { } pid)
        {
            Console.WriteLine(File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal)));
        }

        return 0;
    }

    private static async Task<string> RoundAsync(JobClient client, int clients, int jobs)
    {
        var left = jobs;
        ConcurrentBag<double> submits = [];
        ConcurrentBag<double> ends = [];
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var number = Random.Shared.Next();
                var documents = Enumerable.Range(0, Documents).Select(i => $"Note {number + i}: set functionTimeout in host.json to a larger value.");
                var started = Stopwatch.GetTimestamp();
                var (location, _) = await client.SubmitAsync($"How do I increase the timeout of function {number}?", documents);
                submits.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                await client.WaitForEndAsync($"{location}?wait=30", TimeSpan.Zero);
                ends.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }));
        var rate = jobs / Stopwatch.GetElapsedTime(began).TotalSeconds;
        return FormattableString.Invariant(
            $"| {clients} | {rate:F1} | {At(submits, 0.5):F0} | {At(submits, 0.99):F0} | {At(ends, 0.5):F0} | {At(ends, 0.99):F0} |");
    }

    private static double At(IEnumerable<double> values, double part) => Quartiles.At([.. values.Order()], part);
}
