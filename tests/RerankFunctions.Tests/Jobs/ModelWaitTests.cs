using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

/// <summary>A process that cannot score now takes no job and loses none.</summary>
public sealed class ModelWaitTests
{
    [Fact]
    public void A_message_waits_for_a_model_that_is_loading() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        var loaded = await world.Worker.Reranker.Loading;
        var loading = new TaskCompletionSource<ModelDescription>();
        world.Worker.Reranker.Loading = loading.Task;
        var processing = world.ProcessAsync(id);
        await world.Schedule.Delay(new JobsOptions().ModelWait - TimeSpan.FromSeconds(1));
        Assert.Equal(JobState.Queued, JobStates.Of(world, id));

        loading.SetResult(loaded);
        await processing;

        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
        Assert.Single(world.Account.Jobs.Sent);
    });

    [Fact]
    public void A_message_goes_back_to_the_queue_when_the_model_takes_too_long() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Worker.Reranker.Loading = new TaskCompletionSource<ModelDescription>().Task;
        var began = world.Schedule.Time.GetUtcNow();

        await world.ProcessAsync(id);

        Assert.InRange(world.Schedule.Time.GetUtcNow() - began, new JobsOptions().ModelWait, new JobsOptions().ModelWait + TimeSpan.FromSeconds(1));
        await AssertPostponedAsync(world, id);
    });

    [Fact]
    public void A_message_goes_back_to_the_queue_when_the_model_cannot_be_loaded() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Worker.Reranker.Loading = Task.FromException<ModelDescription>(new ModelLoadException("config.json is missing."));

        await world.ProcessAsync(id);

        await AssertPostponedAsync(world, id);
        Assert.DoesNotContain(world.Log, line => line.Text.Contains("config.json", StringComparison.Ordinal));
    });

    [Fact]
    public void A_message_of_a_model_that_is_not_served_here_goes_back_to_the_queue() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Worker.Reranker.Served = "another";

        await world.ProcessAsync(id);

        await AssertPostponedAsync(world, id);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_process_that_drains_takes_no_job(bool isLoaded) => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        if (!isLoaded)
        {
            world.Worker.Reranker.Loading = new TaskCompletionSource<ModelDescription>().Task;
        }

        world.Worker.Drain.Begin(TimeSpan.FromSeconds(10));
        var began = world.Schedule.Time.GetUtcNow();

        await world.ProcessAsync(id);

        Assert.InRange(world.Schedule.Time.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        await AssertPostponedAsync(world, id);
    });

    [Theory]
    [InlineData(5, JobState.Succeeded)]
    [InlineData(20, JobState.Queued)]
    public void A_job_under_way_ends_within_the_drain_or_is_queued_again(int seconds, JobState state) => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Worker.Reranker.Duration = () => TimeSpan.FromSeconds(seconds);
        var processing = world.ProcessAsync(id);
        await world.Schedule.Delay(TimeSpan.FromSeconds(1));

        world.Worker.Drain.Begin(TimeSpan.FromSeconds(10));
        await processing;

        Assert.Equal(state, JobStates.Of(world, id));
        await world.ProcessAsync(id, world.Start());
        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
    });

    /// <summary>The job is as it was, and a copy of its message comes back later.</summary>
    private static async Task AssertPostponedAsync(World world, JobId id)
    {
        var status = await world.ReadAsync(id);
        Assert.Equal(JobState.Queued, status.Status);
        Assert.Equal(0, status.Attempts);
        Assert.Equal([World.Message(id), World.Message(id)], world.Account.Jobs.Sent);
        Assert.NotNull(world.Account.Jobs.Receive(TimeSpan.FromHours(1), world.Schedule.Random));
        Assert.Null(world.Account.Jobs.Receive(TimeSpan.Zero, world.Schedule.Random));
        await world.Schedule.Delay(TimeSpan.FromSeconds(10));
        Assert.NotNull(world.Account.Jobs.Receive(TimeSpan.Zero, world.Schedule.Random));
        await world.ProcessAsync(id, world.Start());
        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
        Assert.Equal(1, (await world.ReadAsync(id)).Attempts);
    }
}
