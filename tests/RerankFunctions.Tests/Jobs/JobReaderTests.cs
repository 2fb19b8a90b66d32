using RerankFunctions.Contracts;
using RerankFunctions.Tests.Jobs.Fakes;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

public sealed class JobReaderTests
{
    [Fact]
    public void An_unknown_job_is_null() => World.Run(async world =>
    {
        var id = JobId.Create(world.Schedule.Time);

        Assert.Null(await world.Front.Reader.ReadAsync(id, TimeSpan.FromSeconds(30), CancellationToken.None));
    });

    [Fact]
    public void Without_a_wait_the_state_is_read_once() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Front.Connection.Calls.Clear();

        Assert.Equal(JobState.Queued, (await world.ReadAsync(id)).Status);
        Assert.Single(world.Front.Connection.Calls);
    });

    [Theory]
    [InlineData(200)]
    [InlineData(5_000)]
    [InlineData(25_000)]
    public void A_wait_ends_soon_after_the_job(int milliseconds) => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Worker.Reranker.Duration = () => TimeSpan.FromMilliseconds(milliseconds);
        var waiting = world.Front.Reader.ReadAsync(id, TimeSpan.FromSeconds(30), CancellationToken.None);
        await world.ProcessAsync(id);

        var status = await waiting;

        Assert.Equal(JobState.Succeeded, status?.Status);
        Assert.InRange(world.Schedule.Time.GetUtcNow() - status!.CompletedAt.GetValueOrDefault(), TimeSpan.Zero, TimeSpan.FromMilliseconds(120));
    });

    [Fact]
    public void A_wait_that_ends_before_the_job_gives_the_state_so_far() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Front.Connection.Calls.Clear();
        var began = world.Schedule.Time.GetUtcNow();

        var status = await world.Front.Reader.ReadAsync(id, TimeSpan.FromSeconds(30), CancellationToken.None);

        Assert.Equal(JobState.Queued, status?.Status);
        Assert.InRange(world.Schedule.Time.GetUtcNow() - began, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30.1));
        Assert.InRange(world.Front.Connection.Calls.Count, 100, 400);
    });

    [Fact]
    public void A_storage_that_goes_down_ends_the_wait() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        var waiting = world.Front.Reader.ReadAsync(id, TimeSpan.FromSeconds(30), CancellationToken.None);
        await world.Schedule.Delay(TimeSpan.FromSeconds(1));
        world.Front.Connection.Faults = _ => Fault.Unavailable;

        await World.AssertUnavailableAsync(() => waiting);
    });

    [Fact]
    public void A_caller_who_leaves_ends_the_wait() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        using var leaves = new CancellationTokenSource(TimeSpan.FromSeconds(1), world.Schedule.Time);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            world.Front.Reader.ReadAsync(id, TimeSpan.FromSeconds(30), leaves.Token));
    });

    [Fact]
    public void A_drain_ends_the_wait_with_the_state_so_far_and_new_calls_do_not_wait() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        var began = world.Schedule.Time.GetUtcNow();
        var waiting = world.Front.Reader.ReadAsync(id, TimeSpan.FromSeconds(30), CancellationToken.None);
        await world.Schedule.Delay(TimeSpan.FromSeconds(1));

        world.Front.Drain.Begin(TimeSpan.FromSeconds(20));
        var status = await waiting;
        var late = await world.Front.Reader.ReadAsync(id, TimeSpan.FromSeconds(30), CancellationToken.None);

        Assert.Equal([JobState.Queued, JobState.Queued], [status!.Status, late!.Status]);
        Assert.InRange(world.Schedule.Time.GetUtcNow() - began, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
    });
}
