using System.Globalization;
using RerankFunctions.Batches.Settings;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Tests.Batches.Fakes;
using RerankFunctions.Tests.Jobs.Fakes;

namespace RerankFunctions.Tests.Batches;

/// <summary>That no crash and no fault of storage loses or doubles anything.</summary>
public sealed class BatchCrashTests
{
    private const int Lines = 12;
    private const string Bad = """{"custom_id":"c12","query":"","documents":["d"]}""";

    [Theory]
    [InlineData(Fault.CrashBefore)]
    [InlineData(Fault.CrashAfter)]
    [InlineData(Fault.LostResponse)]
    [InlineData(Fault.RetriedAfterLoss)]
    [InlineData(Fault.Unavailable)]
    [InlineData(Fault.LateWrite)]
    public void Whatever_call_a_process_fails_at_nothing_is_lost_or_doubled(Fault fault)
    {
        for (var call = 0; RunWithFault(call, fault); call++)
        {
        }
    }

    [Fact]
    public void Many_faults_at_any_time_lose_and_double_nothing()
    {
        var seeds = int.Parse(Environment.GetEnvironmentVariable("RERANK_BATCH_SEEDS") ?? "100", CultureInfo.InvariantCulture);
        for (var seed = 1; seed <= seeds; seed++)
        {
            RunWithFaults(seed);
        }
    }

    [Fact]
    public void A_crash_while_cutting_goes_on_at_the_last_page() => BatchWorld.Run(
        async world =>
        {
            var pages = 0;
            world.Files.Put(BatchWorld.Input, BatchWorld.Lines(520));
            world.Worker.Connection.Latency = () => TimeSpan.FromSeconds(3);
            world.Worker.Connection.Faults = call => call.Contains("/chunks/", StringComparison.Ordinal) && ++pages == 4 ? Fault.CrashBefore : Fault.None;
            BatchInstance? second = null;
            world.Prepare = process => second ??= process;

            await world.RunToEndAsync(minutes: 600);

            world.CheckOutput(520);
            Assert.Equal(4, pages);
            var created = second!.Connection.Calls.Where(call => call.StartsWith("create", StringComparison.Ordinal)).ToList();
            Assert.DoesNotContain(created, call => call.EndsWith("/chunks/00000.json", StringComparison.Ordinal));
            Assert.Contains(created, call => call.EndsWith("/chunks/00004.json", StringComparison.Ordinal));
        },
        new BatchOptions { ChunkPairs = 1, MaxChunksInFlight = 64 });

    [Fact]
    public void Two_hundred_drops_with_three_events_each_give_two_hundred_batches() => BatchWorld.Run(async world =>
    {
        var events = new List<string>();
        for (var drop = 0; drop < 200; drop++)
        {
            world.Files.Put($"{BatchWorld.Drops}/{drop}.jsonl", BatchWorld.Line(drop));
            events.AddRange(Enumerable.Repeat(Event($"{drop}.jsonl"), 3));
        }

        var random = new Random(3);
        foreach (var text in events.OrderBy(_ => random.Next()))
        {
            world.Account.Drops.Send(text, world.Schedule.Between(0, 60_000));
        }

        await world.RunUntilAsync(() => world.Account.Drops.Count == 0);
        await world.RunToEndAsync();

        Assert.Equal(200, world.Files.Commits.Count);
        Assert.Equal(200, world.Files.Commits.Distinct().Count());
        Assert.Equal(200, world.Account.Names.Count(name => name.StartsWith("batches/", StringComparison.Ordinal)));
        Assert.All(world.Files.In(BatchWorld.Results), file => Assert.Single(world.Files.Text($"{BatchWorld.Results}/{file.Name}").Trim().Split('\n')));
    });

    [Fact]
    public void Drops_that_have_their_batches_are_not_looked_at_again() => BatchWorld.Run(async world =>
    {
        for (var drop = 0; drop < 120; drop++)
        {
            world.Files.Put($"{BatchWorld.Drops}/{drop}.jsonl", BatchWorld.Line(drop));
        }

        await world.RunUntilAsync(() => world.Files.Commits.Count == 120);
        await world.RunToEndAsync();
        await world.Schedule.Delay(TimeSpan.FromMinutes(10));
        await world.Worker.DropSweeper.SweepAsync(default);
        await world.Schedule.Delay(TimeSpan.FromMinutes(10));
        world.Files.Put($"{BatchWorld.Drops}/new.jsonl", BatchWorld.Line(1));
        var process = world.Start();

        await process.DropSweeper.SweepAsync(default);

        // A list of three pages, the mark, and the start of the one new drop.
        Assert.Equal(3, process.Connection.Calls.Count(call => call.StartsWith("list rerank-drops", StringComparison.Ordinal)));
        Assert.Single(process.Connection.Calls, call => call.StartsWith("create batches/", StringComparison.Ordinal));
        Assert.Single(process.Connection.Calls, call => call.StartsWith("read batches/", StringComparison.Ordinal));
    });

    [Theory]
    [InlineData("rerank-results")]
    [InlineData("other")]
    public void Events_of_other_containers_and_hostile_ones_start_nothing(string container) => BatchWorld.Run(async world =>
    {
        world.Files.Put($"{container}/a.jsonl", BatchWorld.Line(0));
        await world.Worker.Drops.StartAsync(Event("a.jsonl", container), default);
        await world.Worker.Drops.StartAsync(Event("missing.jsonl"), default);
        await world.Worker.Drops.StartAsync(Event(new string('x', 1_000)), default);
        await world.Worker.Drops.StartAsync($"{BatchWorld.Secret} is no event", default);
        await world.Worker.Drops.RecoverAsync(QueueKind.Drops, $"{{\"{BatchWorld.Secret}\":1}}", default);
        await world.Worker.Batches.ProcessAsync(BatchWorld.Secret, default);
        await world.Worker.ChunkProcessor.ProcessAsync(BatchWorld.Secret, default);

        Assert.Empty(world.Account.Names);
        world.AssertNoSecret();
    });

    [Fact]
    public void A_poisoned_event_starts_its_batch_and_survives_an_outage() => BatchWorld.Run(async world =>
    {
        world.Files.Put(BatchWorld.Input, BatchWorld.Lines(3));
        var isDown = true;
        world.Worker.Connection.Faults = call =>
            isDown && !call.StartsWith("take", StringComparison.Ordinal) ? Fault.Unavailable : Fault.None;
        world.Account.PoisonOf(QueueKind.Drops).Send(Event("a.jsonl"), TimeSpan.Zero);
        await world.Worker.PoisonSweeper.SweepAsync(default);
        Assert.Equal(1, world.Account.PoisonOf(QueueKind.Drops).Count);

        isDown = false;
        await world.RunToEndAsync();

        world.CheckOutput(3);
    });

    private static string Event(string name, string container = BatchWorld.Drops) =>
        $$"""{"data":{},"type":"Microsoft.Storage.BlobCreated","subject":"/blobServices/default/containers/{{container}}/blobs/{{name}}"}""";

    // A read that is repeated reads the same.
    private static bool IsConditional(string call) =>
        call.StartsWith("create", StringComparison.Ordinal) || call.StartsWith("replace", StringComparison.Ordinal)
        || call.StartsWith("commit", StringComparison.Ordinal) || call.StartsWith("stage", StringComparison.Ordinal);

    /// <returns>Whether there was a call of this number.</returns>
    private static bool RunWithFault(int number, Fault fault)
    {
        var isReached = false;
        BatchWorld.Run(
            async world =>
            {
                var calls = 0;
                world.Worker.Connection.Faults = call =>
                {
                    if (fault == Fault.RetriedAfterLoss && !IsConditional(call))
                    {
                        return Fault.None;
                    }

                    var isIt = calls++ == number;
                    isReached |= isIt;
                    return isIt ? fault : Fault.None;
                };
                await RunAsync(world, $"call {number}");
            },
            seed: number + 1);
        return isReached;
    }

    private static void RunWithFaults(int seed) => BatchWorld.Run(
        async world =>
        {
            world.Prepare = process =>
            {
                // A few faults in each life of a process, so that the work ends.
                var left = world.Schedule.Random.Next(12);
                process.Connection.Faults = call => left > 0 && world.Schedule.Random.Next(12) == 0 && left-- is var rest
                    ? rest == 1 ? Fault.CrashAfter
                        : IsConditional(call) ? (Fault)world.Schedule.Random.Next(1, 5)
                        : Fault.Unavailable
                    : Fault.None;
                process.Reranker.Duration = () => world.Schedule.Between(1, 20_000);
            };
            world.Prepare(world.Worker);
            await RunAsync(world, $"seed {seed}");
        },
        seed: seed,
        options: new BatchOptions { ChunkPairs = 1 + (seed % 9), MaxChunksInFlight = 1 + (seed % 5) });

    private static async Task RunAsync(BatchWorld world, string name)
    {
        world.Files.Put(BatchWorld.Input, $"{BatchWorld.Lines(Lines)}\n{Bad}\n");
        await world.RunUntilAsync(() => world.Files.Commits.Count >= 2, minutes: 240);
        await world.RunToEndAsync(minutes: 240);

        var output = world.CheckOutput(Lines + 1);
        var status = await world.ReadAsync();
        Assert.True(status.Status == BatchState.Completed, name);
        Assert.Equal(new BatchCounts(Lines + 1, Lines, 1), status.RequestCounts);
        Assert.Equal(status.Pairs.Total, status.Pairs.Scored);
        Assert.Equal(output.Sum(line => line["response"]!["body"]!["usage"]?["total_tokens"]?.GetValue<long>() ?? 0), status.Usage.TotalTokens);
        Assert.Equal(["a.errors.jsonl", "a.results.jsonl"], world.Files.In(BatchWorld.Results).Select(file => file.Name));
        Assert.Equal([$"{BatchWorld.Results}/a.errors.jsonl", $"{BatchWorld.Results}/a.results.jsonl"], world.Files.Commits);
        Assert.DoesNotContain(world.Account.Names, name => name.StartsWith("batch-work/", StringComparison.Ordinal));
    }
}
