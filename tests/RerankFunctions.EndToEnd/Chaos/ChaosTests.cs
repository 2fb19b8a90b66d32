using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using RerankFunctions.Storage;
using Xunit.Abstractions;

namespace RerankFunctions.EndToEnd.Chaos;

/// <summary>
/// Real processes under fire: workers are killed and stopped, storage stands still, messages are doubled and poisoned, clocks are wrong.
/// </summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    // Scores of a pair differ a little with the micro-batch that it was in.
    private const double Tolerance = 1e-4;

    private static readonly TimeSpan RunTime = TimeSpan.FromMinutes(20);

    [Fact]
    public async Task No_job_is_lost_doubled_or_changed()
    {
        foreach (var round in ChaosPlan.Read().Rounds())
        {
            await RunAsync(round);
        }
    }

    private async Task RunAsync(ChaosPlan plan)
    {
        var random = new Random(plan.Seed);
        var azurite = new Azurite();
        await azurite.InitializeAsync();
        try
        {
            await using var workers = new ChaosWorkers(azurite.ConnectionString, random);
            await workers.StartAsync();
            var storage = new ChaosStorage(azurite.ConnectionString);
            var client = new ChaosClient(workers);
            var began = Stopwatch.GetTimestamp();
            var clients = Task.WhenAll(Enumerable.Range(0, plan.InFlight).Select(_ => client.RunAsync(plan.Jobs)));
            var watches = await DisturbAsync(plan, random, azurite, workers, storage, client, clients).WaitAsync(RunTime);
            await Task.WhenAll([clients, .. watches]).WaitAsync(RunTime);
            Report(plan, storage, client, Stopwatch.GetElapsedTime(began));
            await CheckAsync(plan, workers, storage, client);
        }
        finally
        {
            await azurite.DisposeAsync();
        }
    }

    private static async Task<List<Task>> DisturbAsync(
        ChaosPlan plan, Random random, Azurite azurite, ChaosWorkers workers, ChaosStorage storage, ChaosClient client, Task clients)
    {
        List<Task> watches = [];
        string[] events =
        [
            .. Enumerable.Repeat("kill", plan.Kills),
            .. Enumerable.Repeat("terminate", plan.Terminations),
            .. Enumerable.Repeat("pause", plan.Pauses),
        ];
        random.Shuffle(events);
        for (var index = 0; index < events.Length; index++)
        {
            // Spread over the jobs, so that each event meets some.
            var share = plan.Jobs * (index + 1) / (events.Length + 1);
            while (client.Ended.Count < share && !clients.IsCompleted)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }

            await storage.DisturbAsync(random);
            switch (events[index])
            {
                case "kill":
                    await workers.ReplaceAnyAsync(isKill: true, async process => watches.Add(storage.WatchAsync(await storage.RunningOfAsync(process))));
                    break;
                case "terminate":
                    await workers.ReplaceAnyAsync(isKill: false, _ => Task.CompletedTask);
                    break;
                default:
                    await azurite.PauseAsync();
                    await Task.Delay(TimeSpan.FromSeconds(random.Next(2, 9)));
                    await azurite.ResumeAsync();
                    break;
            }
        }

        return watches;
    }

    private static async Task CheckAsync(ChaosPlan plan, ChaosWorkers workers, ChaosStorage storage, ChaosClient client)
    {
        Assert.Empty(client.Violations);
        Assert.Equal(plan.Jobs, client.Ended.Count);
        foreach (var (id, ended) in client.Ended)
        {
            Assert.Equal(ended.Answer, await client.WaitAsync(id));
        }

        foreach (var group in client.Ended.Values.GroupBy(ended => ended.Number))
        {
            var scores = group.Select(ended => ScoresOf(ended.Answer)).ToList();
            Assert.All(scores, each => Assert.Equal(scores[0], each, (left, right) => Math.Abs(left - right) < Tolerance));
        }

        await Deadline.UntilAsync(async () => (await storage.ReadAllAsync()).Markers.Count == 0, "No marker is left");
        Assert.DoesNotContain(ChaosClient.Secret, (await storage.ReadAllAsync()).Texts, StringComparison.Ordinal);
        Assert.DoesNotContain(ChaosClient.Secret, workers.Output, StringComparison.Ordinal);
    }

    private static List<double> ScoresOf(string answer) =>
    [
        .. JsonNode.Parse(answer)!.AsArray()
            .OrderBy(result => result!["index"]!.GetValue<int>())
            .Select(result => result!["relevance_score"]!.GetValue<double>()),
    ];

    private void Report(ChaosPlan plan, ChaosStorage storage, ChaosClient client, TimeSpan time)
    {
        var times = client.Ended.Values.Select(ended => ended.Time).Order().ToList();
        var recoveries = storage.Recoveries.Order().ToList();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{plan}: {time.TotalSeconds:F0} s; job median {times[times.Count / 2].TotalSeconds:F1} s, longest {times[^1].TotalSeconds:F0} s; "
            + $"jobs of killed workers {recoveries.Count}, run again after at most {recoveries.LastOrDefault().TotalSeconds:F0} s"));
    }
}
