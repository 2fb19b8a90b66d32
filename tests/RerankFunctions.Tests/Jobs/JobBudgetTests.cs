using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

public sealed class JobBudgetTests
{
    private static readonly RerankRequest Large = World.Request with { Documents = [new string('x', 3_000)] };

    [Fact]
    public void Jobs_over_the_budget_wait_for_those_before_them() => World.Run(async world =>
    {
        var worker = world.Start(new JobsOptions { MaxJobBytes = 5_000 });
        worker.Reranker.Duration = () => TimeSpan.FromSeconds(10);
        var first = (await world.SubmitAsync(Large)).Id;
        var second = (await world.SubmitAsync(Large)).Id;
        var small = (await world.SubmitAsync()).Id;

        var processing = new List<Task> { world.ProcessAsync(first, worker) };
        await world.Schedule.Delay(TimeSpan.FromSeconds(1));
        processing.Add(world.ProcessAsync(second, worker));
        await world.Schedule.Delay(TimeSpan.FromSeconds(1));
        processing.Add(world.ProcessAsync(small, worker));
        await world.Schedule.Delay(TimeSpan.FromSeconds(1));

        Assert.Equal([JobState.Running, JobState.Queued, JobState.Queued], new[] { first, second, small }.Select(id => JobStates.Of(world, id)));
        await Task.WhenAll(processing);
        Assert.All(new[] { first, second, small }, id => Assert.Equal(JobState.Succeeded, JobStates.Of(world, id)));
        Assert.Equal(3, world.Account.Jobs.Sent.Count);
    });

    [Fact]
    public void A_job_that_waits_too_long_goes_back_to_the_queue() => World.Run(async world =>
    {
        var worker = world.Start(new JobsOptions { MaxJobBytes = 5_000 });
        worker.Reranker.Duration = () => TimeSpan.FromMinutes(5);
        var first = (await world.SubmitAsync(Large)).Id;
        var second = (await world.SubmitAsync(Large)).Id;
        var processing = world.ProcessAsync(first, worker);
        await world.Schedule.Delay(TimeSpan.FromSeconds(1));

        await world.ProcessAsync(second, worker);

        Assert.Equal(JobState.Queued, JobStates.Of(world, second));
        Assert.Equal(World.Message(second), world.Account.Jobs.Sent[^1]);
        await processing;
        await world.ProcessAsync(second, worker);
        Assert.Equal(1, (await world.ReadAsync(second)).Attempts);
    });

    [Fact]
    public void A_job_larger_than_the_budget_runs_alone() => World.Run(async world =>
    {
        var worker = world.Start(new JobsOptions { MaxJobBytes = 1_024 });
        var id = (await world.SubmitAsync(Large)).Id;

        await world.ProcessAsync(id, worker);

        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
    });

    [Fact]
    public void A_failed_attempt_returns_its_share() => World.Run(async world =>
    {
        var worker = world.Start(new JobsOptions { MaxJobBytes = 4_000 });
        worker.Reranker.Faults = _ => new TimeoutException();
        var id = (await world.SubmitAsync(Large)).Id;
        await world.ProcessAsync(id, worker);
        worker.Reranker.Faults = _ => null;

        await world.ProcessAsync(id, worker);

        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
        Assert.Single(world.Account.Jobs.Sent);
    });
}
