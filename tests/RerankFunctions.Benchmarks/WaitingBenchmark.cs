using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace RerankFunctions.Benchmarks;

/// <summary>
/// Jobs a second of a running app while each client submits one job after the other and waits for it with <c>?wait=30</c>: few and many clients,
/// interleaved. Counts answers by status and, given the app's process id, reads its peak memory.
/// </summary>
internal sealed class WaitingBenchmark(HttpClient client)
{
    private const int Documents = 10;

    private readonly ConcurrentDictionary<string, int> _answers = new(StringComparer.Ordinal);

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
        using var client = new HttpClient(handler) { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(2) };
        var benchmark = new WaitingBenchmark(client);
        int[] clients = [options.Number("--few", 20), options.Number("--many", 200)];
        await benchmark.RoundAsync(clients[0], jobs / 10);
        benchmark._answers.Clear();
        Console.WriteLine("| clients | jobs/s | submit median ms | submit 99 % ms | job median ms | job 99 % ms |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        for (var round = 0; round < rounds; round++)
        {
            foreach (var count in clients)
            {
                Console.WriteLine(await benchmark.RoundAsync(count, jobs));
            }
        }

        foreach (var (answer, count) in benchmark._answers.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Console.WriteLine(FormattableString.Invariant($"{answer}: {count}"));
        }

        if (options.Text("--pid") is { } pid)
        {
            Console.WriteLine(File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal)));
        }

        return 0;
    }

    private async Task<string> RoundAsync(int clients, int jobs)
    {
        var left = jobs;
        ConcurrentBag<double> submits = [];
        ConcurrentBag<double> ends = [];
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var started = Stopwatch.GetTimestamp();
                var location = await SubmitAsync();
                submits.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                await WaitForEndAsync(location);
                ends.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }));
        var rate = jobs / Stopwatch.GetElapsedTime(began).TotalSeconds;
        return FormattableString.Invariant(
            $"| {clients} | {rate:F1} | {At(submits, 0.5):F0} | {At(submits, 0.99):F0} | {At(ends, 0.5):F0} | {At(ends, 0.99):F0} |");
    }

    private async Task<Uri> SubmitAsync()
    {
        var number = Random.Shared.Next();
        var documents = Enumerable.Range(0, Documents).Select(i => $"Note {number + i}: set functionTimeout in host.json to a larger value.");
        while (true)
        {
            using var response = await client.PostAsJsonAsync(
                new Uri("/v1/jobs", UriKind.Relative), new { query = $"How do I increase the timeout of function {number}?", documents });
            Count("submit", response.StatusCode);
            if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                return new Uri(response.EnsureSuccessStatusCode().Headers.Location!.PathAndQuery + "?wait=30", UriKind.Relative);
            }

            await Task.Delay(response.Headers.RetryAfter!.Delta!.Value);
        }
    }

    private async Task WaitForEndAsync(Uri location)
    {
        while (true)
        {
            using var response = await client.GetAsync(location);
            Count("wait", response.StatusCode);
            if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                var status = (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString();
                if (status == "succeeded")
                {
                    return;
                }

                if (status is not ("queued" or "running"))
                {
                    throw new InvalidOperationException($"The job ended as {status}.");
                }
            }

            if (response.Headers.RetryAfter?.Delta is { } pause)
            {
                await Task.Delay(pause);
            }
        }
    }

    private void Count(string call, HttpStatusCode status) => _answers.AddOrUpdate($"{call} {(int)status}", 1, static (_, count) => count + 1);

    private static double At(IEnumerable<double> values, double part)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)((sorted.Length - 1) * part)];
    }
}
