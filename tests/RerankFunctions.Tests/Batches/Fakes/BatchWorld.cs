using System.Text.Json.Nodes;
using RerankFunctions.Batches.Settings;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Tests.Jobs.Fakes;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Batches.Fakes;

/// <summary>One account, files, and a process that a host drives.</summary>
internal sealed class BatchWorld
{
    public const string Secret = "plugh";
    public const string Drops = "rerank-drops";
    public const string Results = "rerank-results";
    public const string Input = $"{Drops}/a.jsonl";

    private const int MaxDeliveries = 5;

    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(15);

    private BatchWorld(Schedule schedule, BatchOptions options, JobsOptions jobs)
    {
        Schedule = schedule;
        Options = options;
        JobsOptions = jobs;
        Account = new FakeAccount(schedule.Time);
        Files = new FakeFiles(schedule.Time);
        Worker = Start();
        Account.Written += (name, _, content) => Watch(name, content);
    }

    public Schedule Schedule { get; }

    public BatchOptions Options { get; }

    public JobsOptions JobsOptions { get; }

    public FakeAccount Account { get; }

    public FakeFiles Files { get; }

    public List<LogLine> Log { get; } = [];

    /// <summary>The process that takes messages; a test may put another one in its place.</summary>
    public BatchInstance Worker { get; set; }

    /// <summary>Processes that take messages at the same time.</summary>
    public int Hosts { get; set; } = 4;

    /// <summary>Prepares a process that replaces one which has crashed.</summary>
    public Action<BatchInstance> Prepare { get; set; } = _ => { };

    /// <summary>Most chunks of a batch that were in flight at once.</summary>
    public int MostActive { get; private set; }

    /// <summary>Small chunks, so that a few lines are many of them.</summary>
    public static BatchOptions Small => new() { ChunkPairs = 6, MaxChunksInFlight = 3 };

    public static void Run(Func<BatchWorld, Task> test, BatchOptions? options = null, int seed = 1, JobsOptions? jobs = null) =>
        Schedule.Run(seed, schedule => test(new BatchWorld(schedule, options ?? Small, jobs ?? new JobsOptions())));

    public BatchInstance Start(BatchMetrics? metrics = null) => new(Schedule, Account, Files, Log, Options, JobsOptions, metrics);

    /// <summary>Lines of jobs with one to three documents.</summary>
    public static string Lines(int count) => string.Join('\n', Enumerable.Range(0, count).Select(Line));

    public static string Line(int number)
    {
        var documents = Enumerable.Range(0, 1 + (number % 3)).Select(document => $"\"{Secret} {new string('d', document + number)}\"");
        return $$"""{"custom_id":"c{{number}}","query":"{{Secret}} {{number}}","documents":[{{string.Join(',', documents)}}]}""";
    }

    /// <summary>Runs hosts until a condition holds: they deliver messages, sweep, and replace processes that crash.</summary>
    public async Task RunUntilAsync(Func<bool> isDone, int minutes = 60)
    {
        var end = Schedule.Time.GetUtcNow() + TimeSpan.FromMinutes(minutes);
        bool IsOver() => isDone() || Schedule.Time.GetUtcNow() >= end;
        await Task.WhenAll([.. Enumerable.Range(0, Hosts).Select(_ => HostAsync(IsOver)), SweepAsync(IsOver)]);
        Assert.True(isDone(), $"Not within {minutes} minutes.\n{string.Join('\n', Log.Select(line => line.Text))}");
    }

    /// <summary>Runs hosts until no batch is active.</summary>
    public Task RunToEndAsync(int minutes = 60) => RunUntilAsync(
        () => Account.Names.Any(name => name.StartsWith("batches/", StringComparison.Ordinal))
            && !Account.Names.Any(name => name.StartsWith("active-batches/", StringComparison.Ordinal)),
        minutes);

    public async Task<BatchStatus> ReadAsync(string? id = null)
    {
        var reader = Start();
        var found = id is null ? (await reader.Reader.ListAsync(100, null, default)).Data.Single().Id : BatchId.TryParse(id, out var parsed) ? parsed : default;
        return (await reader.Reader.ReadAsync(found, default))!;
    }

    /// <summary>Checks that the output has each line once, in order, and no text is where it must not be.</summary>
    public List<JsonNode> CheckOutput(int lines, string path = $"{Results}/a.results.jsonl")
    {
        var output = Files.Text(path).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(Enumerable.Range(0, lines).Select(number => $"c{number}"), output.Select(line => line["custom_id"]?.GetValue<string>()));
        AssertNoSecret();
        return output;
    }

    public void AssertNoSecret()
    {
        Assert.DoesNotContain(Log, line => line.Text.Contains(Secret, StringComparison.Ordinal));
        Assert.All(
            new[] { Account.Batches, Account.Chunks, Account.Drops }.SelectMany(queue => queue.Sent),
            text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
        Assert.All(
            Account.Names.Where(name => !name.Contains("/texts/", StringComparison.Ordinal)),
            name => Assert.DoesNotContain(Secret, name + Account.Text(name), StringComparison.Ordinal));
    }

    private async Task HostAsync(Func<bool> isOver)
    {
        while (!isOver())
        {
            QueueKind[] kinds = [QueueKind.Drops, QueueKind.Batches, QueueKind.Chunks];
            Schedule.Random.Shuffle(kinds);
            var kind = kinds.FirstOrDefault(kind => Account.Of(kind).Front is not null, QueueKind.Interactive);
            if (kind == QueueKind.Interactive || Account.Of(kind).Receive(Hidden, Schedule.Random) is not { } delivery)
            {
                await Schedule.Delay(TimeSpan.FromSeconds(1));
                continue;
            }

            await DeliverAsync(kind, delivery);
        }
    }

    private async Task DeliverAsync(QueueKind kind, FakeQueue.Delivery delivery)
    {
        var process = Worker;
        var work = ProcessAsync(process, kind, delivery.Text);

        // A process that has crashed never answers.
        while (!work.IsCompleted && !process.Connection.IsDead)
        {
            await Task.WhenAny(work, Schedule.Delay(TimeSpan.FromMilliseconds(500)));
        }

        if (process.Connection.IsDead)
        {
            Replace(process);
            return;
        }

        if (work.IsCompletedSuccessfully)
        {
            Account.Of(kind).Delete(delivery);
        }
        else if (delivery.Deliveries >= MaxDeliveries)
        {
            Account.Of(kind).Delete(delivery);
            Account.PoisonOf(kind).Send(delivery.Text, TimeSpan.Zero);
        }
        else
        {
            Account.Of(kind).Show(delivery, TimeSpan.FromSeconds(5));
        }
    }

    private void Replace(BatchInstance crashed)
    {
        if (Worker == crashed)
        {
            Worker = Start();
            Prepare(Worker);
        }
    }

    private static Task ProcessAsync(BatchInstance process, QueueKind kind, string text) => kind switch
    {
        QueueKind.Drops => process.Drops.StartAsync(text, default),
        QueueKind.Batches => process.Batches.ProcessAsync(text, default),
        _ => process.ChunkProcessor.ProcessAsync(text, default),
    };

    private async Task SweepAsync(Func<bool> isOver)
    {
        while (!isOver())
        {
            await Schedule.Delay(SweepInterval);
            var process = Worker;
            try
            {
                var sweep = Task.WhenAll(
                    process.Sweeper.SweepAsync(default), process.DropSweeper.SweepAsync(default), process.PoisonSweeper.SweepAsync(default));
                while (!sweep.IsCompleted && !process.Connection.IsDead)
                {
                    await Task.WhenAny(sweep, Schedule.Delay(TimeSpan.FromMilliseconds(500)));
                }

                if (process.Connection.IsDead)
                {
                    Replace(process);
                }
                else
                {
                    await sweep;
                }
            }
            catch (RerankFunctions.Jobs.Storage.StorageUnavailableException)
            {
                // The next sweep goes on.
                await Task.Yield();
            }
        }
    }

    private void Watch(string name, string content)
    {
        if (name.StartsWith("batches/", StringComparison.Ordinal))
        {
            MostActive = Math.Max(MostActive, JsonNode.Parse(content)!["active"]!.AsArray().Count);
        }
    }
}
