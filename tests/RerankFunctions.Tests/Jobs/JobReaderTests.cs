using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Settings;
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

    [Fact]
    public void Many_reads_at_once_do_not_flood_storage() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Front.Connection.MostAtOnce = 0;

        await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => world.ReadAsync(id)));

        Assert.InRange(world.Front.Connection.MostAtOnce, 2, 8);
    });

    [Fact]
    public void Many_waits_on_slow_storage_end_well() => World.Run(async world =>
    {
        var jobs = new List<JobId>();
        for (var i = 0; i < 200; i++)
        {
            jobs.Add((await world.SubmitAsync()).Id);
        }

        world.Front.Connection.MostAtOnce = 0;
        world.Front.Connection.Latency = () => TimeSpan.FromMilliseconds(150);
        var waiting = jobs.Select(id => world.Front.Reader.ReadAsync(id, TimeSpan.FromSeconds(30), CancellationToken.None)).ToArray();

        Assert.All(await Task.WhenAll(waiting), status => Assert.Equal(JobState.Queued, status?.Status));
        Assert.InRange(world.Front.Connection.MostAtOnce, 2, 8);
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
        var delay = world.Schedule.Time.GetUtcNow() - status!.CompletedAt.GetValueOrDefault();
        Assert.InRange(delay.TotalMilliseconds, 0, Math.Min(milliseconds / 10, 1_000) + 25);
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
        Assert.InRange(world.Front.Connection.Calls.Count, 50, 100);
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
    public void An_end_in_the_same_process_ends_the_wait_at_once_and_without_a_read() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Front.Reranker.Duration = () => TimeSpan.FromSeconds(20);
        var processing = world.ProcessAsync(id, world.Front);
        await world.Schedule.Delay(TimeSpan.FromSeconds(1));
        world.Front.Connection.Calls.Clear();
        var waiting = world.Front.Reader.ReadAsync(id, TimeSpan.FromSeconds(30), CancellationToken.None);

        var status = await waiting;

        Assert.Equal(JobState.Succeeded, status?.Status);
        Assert.Equal(3, status?.Results?.Count);
        Assert.InRange(world.Schedule.Time.GetUtcNow() - status!.CompletedAt.GetValueOrDefault(), TimeSpan.Zero, TimeSpan.FromMilliseconds(5));
        Assert.DoesNotContain($"read jobs/{id}/results/1.json", world.Front.Connection.Calls);
        Assert.InRange(world.Front.Connection.Calls.Count(call => call == $"read jobs/{id}/status.json"), 1, 21);
        await processing;
    });

    [Fact]
    public void Waits_for_one_job_share_their_reads() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Front.Connection.Calls.Clear();
        await WaitAsync(world, id);
        var alone = world.Front.Connection.Calls.Count;
        world.Front.Connection.Calls.Clear();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => WaitAsync(world, id)));

        Assert.InRange(world.Front.Connection.Calls.Count, 1, alone + 2);
    });

    [Fact]
    public void Two_hundred_waits_read_storage_at_most_two_hundred_times_a_second() => World.Run(async world =>
    {
        var ids = new List<JobId>();
        for (var job = 0; job < 200; job++)
        {
            ids.Add((await world.SubmitAsync()).Id);
        }

        world.Front.Connection.Calls.Clear();

        await Task.WhenAll(ids.Select(id => WaitAsync(world, id)));

        Assert.InRange(world.Front.Connection.Calls.Count, 200 * 25, 200 * 35);
    });

    [Fact]
    public void A_wait_beyond_the_limit_gets_the_status_at_once() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        var front = world.Start(new JobsOptions { MaxWaits = 1 });
        var waiting = front.Reader.ReadAsync(id, TimeSpan.FromSeconds(30), CancellationToken.None);
        var began = world.Schedule.Time.GetUtcNow();

        var status = await front.Reader.ReadAsync(id, TimeSpan.FromSeconds(30), CancellationToken.None);

        Assert.Equal(JobState.Queued, status?.Status);
        Assert.InRange(world.Schedule.Time.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromMilliseconds(10));
        await waiting;
        Assert.InRange((world.Schedule.Time.GetUtcNow() - began).TotalSeconds, 30, 30.01);
        began = world.Schedule.Time.GetUtcNow();
        await front.Reader.ReadAsync(id, TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.InRange((world.Schedule.Time.GetUtcNow() - began).TotalSeconds, 1, 1.01);
    });

    [Fact]
    public void A_drain_ends_waits_with_the_status_so_far_and_begins_none() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        var waiting = world.Front.Reader.ReadAsync(id, TimeSpan.FromSeconds(30), CancellationToken.None);
        await world.Schedule.Delay(TimeSpan.FromSeconds(3));
        var began = world.Schedule.Time.GetUtcNow();

        world.Front.Drain.Begin(TimeSpan.FromSeconds(10));

        Assert.Equal(JobState.Queued, (await waiting)?.Status);
        Assert.Equal(JobState.Queued, (await world.Front.Reader.ReadAsync(id, TimeSpan.FromSeconds(30), CancellationToken.None))?.Status);
        Assert.InRange(world.Schedule.Time.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromMilliseconds(10));
    });

    [Fact]
    public void Reads_end_when_the_last_caller_leaves() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        using var leaves = new CancellationTokenSource(TimeSpan.FromSeconds(2), world.Schedule.Time);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            world.Front.Reader.ReadAsync(id, TimeSpan.FromSeconds(30), leaves.Token));
        world.Front.Connection.Calls.Clear();

        await world.Schedule.Delay(TimeSpan.FromMinutes(1));

        Assert.Empty(world.Front.Connection.Calls);
    });

    [Fact]
    public void A_storage_that_hangs_ends_the_wait_within_the_limit_of_a_read() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Front.Connection.Latency = () => TimeSpan.FromMinutes(5);
        var began = world.Schedule.Time.GetUtcNow();

        await World.AssertUnavailableAsync(() => WaitAsync(world, id));

        Assert.Equal(new JobsOptions().SubmitTimeout, world.Schedule.Time.GetUtcNow() - began);
    });

    private static Task<JobStatus?> WaitAsync(World world, JobId id) =>
        world.Front.Reader.ReadAsync(id, TimeSpan.FromSeconds(30), CancellationToken.None);
}
