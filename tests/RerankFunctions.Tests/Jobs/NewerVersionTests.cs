using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

/// <summary>During a rolling upgrade, processes of this version meet messages and states of the next one.</summary>
public sealed class NewerVersionTests
{
    // The next version may change the type and the name of any member but v.
    private const string NewerMessage = """{"v":2,"job":{"id":17},"jobId":["a"]}""";
    private const string NewerState = """{"v":2,"id":17,"state":{"name":"paused"},"total":"three"}""";

    public static TheoryData<bool> Functions => new(true, false);

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_newer_message_is_sent_again_unchanged(bool isPoisoned) => World.Run(async world =>
    {
        await HandleAsync(world, NewerMessage, isPoisoned);

        await AssertPostponedAsync(world, NewerMessage);
    });

    [Theory]
    [MemberData(nameof(Functions))]
    public void The_message_of_a_newer_state_is_sent_again_unchanged(bool isPoisoned) => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        var name = $"jobs/{id}/status.json";
        var state = world.Account.Text(name);
        world.Account.Put(name, NewerState);
        Assert.NotNull(world.Account.Jobs.Receive(TimeSpan.FromHours(1), world.Schedule.Random));
        var message = $$"""{"v":1,"jobId":"{{id}}","added":["by the next version"]}""";

        await HandleAsync(world, message, isPoisoned);

        Assert.Equal(NewerState, world.Account.Text(name));
        Assert.Equal(0, world.Worker.Reranker.Runs);
        await AssertPostponedAsync(world, message);
        world.Account.Put(name, state);
        await world.ProcessAsync(id);
        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
    });

    [Fact]
    public void A_newer_state_is_unavailable_storage_to_a_client() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync(key: "k")).Id;
        world.Account.Put($"jobs/{id}/status.json", NewerState);

        await Assert.ThrowsAsync<NewerVersionException>(() => world.ReadAsync(id));
        await Assert.ThrowsAsync<NewerVersionException>(() => world.SubmitAsync(key: "k"));
    });

    [Fact]
    public void An_attempt_whose_job_a_newer_worker_took_writes_nothing() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Worker.Reranker.Duration = () => TimeSpan.FromMinutes(1);
        var processing = world.ProcessAsync(id);
        await world.Schedule.Delay(TimeSpan.FromSeconds(1));
        world.Account.Put($"jobs/{id}/status.json", NewerState);

        await processing;

        Assert.Equal(NewerState, world.Account.Text($"jobs/{id}/status.json"));
    });

    [Fact]
    public void Fields_that_a_newer_app_added_to_this_version_outlive_every_step() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        var name = $"jobs/{id}/status.json";
        world.Account.Put(name, world.Account.Text(name).Replace("\"model\":", "\"added\":{\"by\":[\"next\"]},\"model\":", StringComparison.Ordinal));
        world.Worker.Reranker.Faults = _ => new TimeoutException();
        await world.ProcessAsync(id);
        world.Worker.Reranker.Faults = _ => null;

        await world.ProcessAsync(id);

        Assert.Contains("\"added\":{\"by\":[\"next\"]}", world.Account.Text(name), StringComparison.Ordinal);
        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
    });

    [Fact]
    public void A_state_without_a_version_is_one_of_version_1() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        var name = $"jobs/{id}/status.json";
        Assert.StartsWith("{\"v\":1,", world.Account.Text(name), StringComparison.Ordinal);
        world.Account.Put(name, world.Account.Text(name).Replace("\"v\":1,", "", StringComparison.Ordinal));

        await world.ProcessAsync(id);

        Assert.StartsWith("{\"v\":1,", world.Account.Text(name), StringComparison.Ordinal);
        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
    });

    private static Task HandleAsync(World world, string message, bool isPoisoned) => isPoisoned
        ? world.Worker.Poisoned.RecoverAsync(QueueKind.Interactive, message, CancellationToken.None)
        : world.Worker.Processor.ProcessAsync(QueueKind.Interactive, message, CancellationToken.None);

    private static async Task AssertPostponedAsync(World world, string message)
    {
        Assert.Equal(message, world.Account.Jobs.Sent[^1]);
        Assert.Null(world.Account.Jobs.Receive(TimeSpan.Zero, world.Schedule.Random));
        await world.Schedule.Delay(TimeSpan.FromMinutes(1));
        Assert.Equal(message, world.Account.Jobs.Receive(TimeSpan.Zero, world.Schedule.Random)?.Text);
    }
}
