using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

public sealed class AttemptTests
{
    private static readonly RerankRequest Long = World.Request with { Documents = [.. Enumerable.Range(0, 100).Select(index => new string('d', index))] };

    [Fact]
    public void An_attempt_goes_on_with_the_scores_of_one_that_crashed() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync(Long)).Id;
        var first = world.Start();
        first.Reranker.Duration = () => TimeSpan.FromMinutes(4);
        _ = world.ProcessAsync(id, first);
        await world.Schedule.Delay(TimeSpan.FromMinutes(3));
        first.Connection.Crash();
        await world.Schedule.Delay(TimeSpan.FromMinutes(1));

        await world.ProcessAsync(id);

        Assert.Equal(100, first.Reranker.ScoredPairs);
        Assert.Equal(50, world.Worker.Reranker.ScoredPairs);
        var status = await world.ReadAsync(id);
        Assert.Equal(JobState.Succeeded, status.Status);
        Assert.Equal(100, status.Results!.Count);
        Assert.Equal(99, status.Results[0].Index);
    });

    [Fact]
    public void Scores_of_another_model_revision_or_that_make_no_sense_are_left_out() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync(Long)).Id;
        world.Worker.Reranker.Faults = _ => new TimeoutException();
        await world.ProcessAsync(id);
        var stored = Assert.Single(world.Account.Names, name => name.StartsWith($"jobs/{id}/scores/", StringComparison.Ordinal));
        var scores = world.Account.Text(stored);
        world.Account.Put(stored, scores.Replace("\"document\":3,", "\"document\":300,", StringComparison.Ordinal));
        world.Account.Put($"jobs/{id}/scores/1-7.json", scores.Replace("\"revision\":\"1\"", "\"revision\":\"2\"", StringComparison.Ordinal));
        world.Account.Put($"jobs/{id}/scores/1-8.json", "no json");
        world.Worker.Reranker.Faults = _ => null;

        await world.ProcessAsync(id);

        Assert.Equal(100 + 51, world.Worker.Reranker.ScoredPairs);
        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
    });

    [Fact]
    public void A_job_longer_than_its_time_ends_by_attempts_that_count() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        var worker = world.Start(new JobsOptions { JobTimeout = TimeSpan.FromSeconds(10), MaxAttempts = 3 });
        worker.Reranker.Duration = () => TimeSpan.FromHours(1);

        for (var attempt = 0; attempt < 3; attempt++)
        {
            Assert.Equal(JobState.Queued, JobStates.Of(world, id));
            await world.ProcessAsync(id, worker);
        }

        var status = await world.ReadAsync(id);
        Assert.Equal(FailureCodes.AttemptsExhausted, status.Error?.Code);
        Assert.Equal(3, status.Attempts);
    });

    [Fact]
    public void Shutdowns_that_never_let_a_job_end_fail_it_at_last() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        var options = new JobsOptions { MaxInterruptions = 4 };
        for (var shutdown = 0; shutdown < 4; shutdown++)
        {
            Assert.Equal(JobState.Queued, JobStates.Of(world, id));
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), world.Schedule.Time);
            await world.ProcessAsync(id, world.Start(options), stop.Token);
        }

        Assert.Equal(FailureCodes.AttemptsExhausted, (await world.ReadAsync(id)).Error?.Code);
    });

    [Fact]
    public void A_deadline_ends_a_job_under_way() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync(World.Request with { TimeoutSeconds = 30 })).Id;
        await world.Schedule.Delay(TimeSpan.FromSeconds(31));

        await world.ProcessAsync(id);

        Assert.Equal(FailureCodes.DeadlineExceeded, (await world.ReadAsync(id)).Error?.Code);
        Assert.Equal(0, world.Worker.Reranker.Runs);
    });

    [Fact]
    public void A_job_that_kills_its_process_ends_and_its_neighbours_succeed() => World.Run(async world =>
    {
        var killer = (await world.SubmitAsync(World.Request with { Query = "killer" })).Id;
        var others = new List<JobId>();
        for (var job = 0; job < 30; job++)
        {
            others.Add((await world.SubmitAsync()).Id);
        }

        for (var process = 0; process < 100 && world.Account.Names.Any(name => name.StartsWith("active/", StringComparison.Ordinal)); process++)
        {
            await RunProcessAsync(world);
        }

        var status = await world.ReadAsync(killer);
        Assert.Equal(FailureCodes.AttemptsExhausted, status.Error?.Code);
        Assert.Equal(new JobsOptions().MaxAttempts, status.Attempts);
        foreach (var other in others)
        {
            var neighbour = await world.ReadAsync(other);
            Assert.Equal(JobState.Succeeded, neighbour.Status);
            Assert.InRange(neighbour.Attempts, 1, new JobsOptions().CrashesBeforeAlone + 1);
        }
    });

    // Sixteen messages at once, as a host takes them, until the process dies or two minutes have passed.
    private static async Task RunProcessAsync(World world)
    {
        var worker = world.Start();
        worker.Reranker.Faults = request =>
        {
            if (request.Query == "killer")
            {
                worker.Connection.Crash();
            }

            return null;
        };
        using var stop = new CancellationTokenSource();
        var pumps = Enum.GetValues<QueueKind>().SelectMany(queue => Enumerable.Repeat(queue, 16)).Select(queue => PumpAsync(world, worker, queue, stop.Token));
        _ = Task.WhenAll(pumps);
        for (var sweep = 0; sweep < 8 && !worker.Connection.IsDead; sweep++)
        {
            await world.Schedule.Delay(TimeSpan.FromSeconds(15));
            await world.Front.Sweeper.SweepAsync(CancellationToken.None);
        }

        stop.Cancel();
        worker.Connection.Crash();
    }

    private static async Task PumpAsync(World world, Instance worker, QueueKind queue, CancellationToken stop)
    {
        while (!worker.Connection.IsDead && !stop.IsCancellationRequested)
        {
            if (world.Account.Of(queue).Receive(TimeSpan.FromMinutes(10), world.Schedule.Random) is { } delivery)
            {
                await worker.Processor.ProcessAsync(queue, delivery.Text, CancellationToken.None);
                world.Account.Of(queue).Delete(delivery);
            }
            else
            {
                await world.Schedule.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None);
            }
        }
    }
}
