using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Tests.Jobs.Fakes;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

public sealed class JobSweeperTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    [Fact]
    public void A_killed_workers_job_is_announced_again_within_a_minute() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        var worker = world.Start();
        worker.Reranker.Duration = () => TimeSpan.FromHours(1);
        _ = world.ProcessAsync(id, worker);
        await world.Schedule.Delay(TimeSpan.FromSeconds(21));
        worker.Connection.Crash();
        var killed = world.Schedule.Time.GetUtcNow();

        await SweepUntilAsync(world, () => world.Account.Recovery.Count > 0);

        Assert.InRange(world.Schedule.Time.GetUtcNow() - killed, TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(1));
        await world.ProcessAsync(id);
        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
        Assert.Equal(2, (await world.ReadAsync(id)).Attempts);
    });

    [Fact]
    public void A_job_whose_message_does_not_come_is_announced_again_within_a_minute() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Account.Jobs.Receive(TimeSpan.FromMinutes(10), world.Schedule.Random);

        await SweepUntilAsync(world, () => world.Account.Recovery.Count > 0);

        Assert.InRange(world.Schedule.Time.GetUtcNow() - (await world.ReadAsync(id)).CreatedAt, TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(1));
    });

    [Fact]
    public void A_job_behind_a_backlog_is_left_alone() => World.Run(async world =>
    {
        for (var job = 0; job < 20; job++)
        {
            await world.SubmitAsync();
        }

        for (var sweep = 0; sweep < 40; sweep++)
        {
            await world.Schedule.Delay(Interval);
            await world.Worker.Sweeper.SweepAsync(CancellationToken.None);
        }

        Assert.Empty(world.Account.Recovery.Sent);

        // Each job is looked at about once in thirty seconds, and each sweep lists once and looks at one queue.
        Assert.InRange(world.Worker.Connection.Calls.Count, 40, (20 * 21) + 80);
    });

    [Theory]
    [InlineData(QueueKind.Interactive, null)]
    [InlineData(QueueKind.Bulk, 500)]
    public void A_submission_cut_off_before_its_state_is_completed(QueueKind queue, int? priority) => World.Run(async world =>
    {
        world.Front.Connection.Faults = name => name.EndsWith("/status.json", StringComparison.Ordinal) ? Fault.Unavailable : Fault.None;
        await World.AssertUnavailableAsync(() => world.SubmitAsync(World.Request with { Priority = priority }));

        await SweepUntilAsync(world, () => world.Account.Of(queue).Count > 0);

        Assert.True(JobMessage.TryParse(world.Account.Of(queue).Sent[0], out var message));
        await world.ProcessAsync(message.JobId);
        Assert.Equal(JobState.Succeeded, JobStates.Of(world, message.JobId));
    });

    [Fact]
    public void Markers_of_ended_jobs_and_markers_without_a_request_go() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        await world.ProcessAsync(id);
        world.Account.Put($"active/{id}", "");
        world.Account.Put($"active/{JobId.Create(world.Schedule.Time)}", "");
        world.Account.Put("active/no-job", "");

        await world.Schedule.Delay(TimeSpan.FromMinutes(1));
        await world.Worker.Sweeper.SweepAsync(CancellationToken.None);

        Assert.Equal(["active/no-job"], world.Account.Names.Where(name => name.StartsWith("active/", StringComparison.Ordinal)));
    });

    [Fact]
    public void A_lease_further_ahead_than_any_worker_takes_is_over() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        _ = world.ProcessAsync(id, world.Start());
        await world.Schedule.Delay(TimeSpan.FromMilliseconds(20));
        var name = $"jobs/{id}/status.json";
        var lease = world.Schedule.Time.GetUtcNow().AddDays(30);
        world.Account.Put(name, System.Text.RegularExpressions.Regex.Replace(
            world.Account.Text(name), "\"lease_until\":\"[^\"]*\"", $"\"lease_until\":\"{lease:O}\""));

        await SweepUntilAsync(world, () => world.Account.Recovery.Count > 0);
        await world.ProcessAsync(id);

        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
    });

    [Fact]
    public void Two_sweepers_at_once_announce_a_job_once() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Account.Jobs.Receive(TimeSpan.FromMinutes(10), world.Schedule.Random);
        await world.Schedule.Delay(TimeSpan.FromSeconds(40));

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => world.Start().Sweeper.SweepAsync(CancellationToken.None)));

        Assert.Equal([World.Message(id)], world.Account.Recovery.Sent);
    });

    [Fact]
    public void A_job_past_its_deadline_fails_without_a_message() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync(World.Request with { TimeoutSeconds = 60 })).Id;

        await SweepUntilAsync(world, () => JobStates.Of(world, id) == JobState.Failed);

        Assert.Equal(FailureCodes.DeadlineExceeded, (await world.ReadAsync(id)).Error?.Code);
        Assert.InRange(world.Schedule.Time.GetUtcNow() - (await world.ReadAsync(id)).CreatedAt, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(80));
    });

    [Fact]
    public void Storage_that_is_down_is_said_and_the_next_sweep_goes_on() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Account.Jobs.Receive(TimeSpan.FromMinutes(10), world.Schedule.Random);
        await world.Schedule.Delay(TimeSpan.FromSeconds(40));
        world.Worker.Connection.Faults = name => name.StartsWith("read", StringComparison.Ordinal) ? Fault.Unavailable : Fault.None;

        await Assert.ThrowsAsync<StorageUnavailableException>(() => world.Worker.Sweeper.SweepAsync(CancellationToken.None));
        world.Worker.Connection.Faults = _ => Fault.None;
        await world.Worker.Sweeper.SweepAsync(CancellationToken.None);

        Assert.Equal([World.Message(id)], world.Account.Recovery.Sent);
    });

    [Fact]
    public void Jobs_and_keys_go_when_their_retention_ends() => World.Run(async world =>
    {
        var old = (await world.SubmitAsync(key: "k")).Id;
        await world.ProcessAsync(old);
        var waiting = (await world.SubmitAsync()).Id;
        await world.Schedule.Delay(TimeSpan.FromDays(new JobsOptions().RetentionDays) - TimeSpan.FromHours(1));
        var young = (await world.SubmitAsync()).Id;
        await world.ProcessAsync(young);
        await world.Worker.Retention.ExpireAsync(CancellationToken.None);
        Assert.Equal(JobState.Succeeded, (await world.ReadAsync(old)).Status);

        await world.Schedule.Delay(TimeSpan.FromHours(2));
        await world.Worker.Retention.ExpireAsync(CancellationToken.None);

        Assert.DoesNotContain(world.Account.Names, name => name.Contains(old.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain(world.Account.Names, name => name.StartsWith("idempotency/", StringComparison.Ordinal));
        Assert.Equal(JobState.Succeeded, (await world.ReadAsync(young)).Status);
        Assert.Equal(JobState.Queued, (await world.ReadAsync(waiting)).Status);
        Assert.NotEqual(old, (await world.SubmitAsync(key: "k")).Id);
    });

    [Fact]
    public void A_round_of_retention_that_is_cut_off_goes_on_and_no_key_finds_its_job_half_deleted() => World.Run(async world =>
    {
        var old = (await world.SubmitAsync(key: "k")).Id;
        await world.ProcessAsync(old);
        world.Account.Put($"jobs/{old}/callback.json", "{}");
        await world.Schedule.Delay(TimeSpan.FromDays(new JobsOptions().RetentionDays + 1));
        world.Worker.Connection.Faults = call => call == $"delete jobs/{old}/request.json" ? Fault.Unavailable : Fault.None;
        await World.AssertUnavailableAsync(() => world.Worker.Retention.ExpireAsync(CancellationToken.None));

        var again = (await world.SubmitAsync(key: "k")).Id;
        Assert.NotEqual(old, again);
        world.Worker.Connection.Faults = _ => Fault.None;
        await world.Worker.Retention.ExpireAsync(CancellationToken.None);

        Assert.DoesNotContain(world.Account.Names, name => name.Contains(old.ToString(), StringComparison.Ordinal));
        Assert.Equal(again, (await world.SubmitAsync(key: "k")).Id);
        Assert.Equal(
            [$"delete jobs/{old}/callback.json", $"delete jobs/{old}/status.json"],
            world.Worker.Connection.Calls.Where(call => call.StartsWith("delete jobs/", StringComparison.Ordinal)).Take(2));
    });

    [Fact]
    public void All_blobs_of_a_job_go_at_once_and_a_young_one_keeps_them() => World.Run(async world =>
    {
        var (old, kept) = ((await world.SubmitAsync()).Id, (await world.SubmitAsync()).Id);
        await world.ProcessAsync(old);
        await world.ProcessAsync(kept);
        for (var part = 1; part <= 1_200; part++)
        {
            world.Account.Put($"jobs/{old}/scores/1-{part}.json", "{}");
            world.Account.Put($"jobs/{kept}/scores/1-{part}.json", "{}");
        }

        await world.Schedule.Delay(TimeSpan.FromDays(new JobsOptions().RetentionDays + 1));
        world.Account.Put($"jobs/{kept}/scores/9.json", "{}");
        await world.Worker.Retention.ExpireAsync(CancellationToken.None);

        Assert.DoesNotContain(world.Account.Names, name => name.Contains(old.ToString(), StringComparison.Ordinal));
        Assert.Equal(JobState.Succeeded, (await world.ReadAsync(kept)).Status);
    });

    private static async Task SweepUntilAsync(World world, Func<bool> isDone)
    {
        for (var sweep = 0; sweep < 100 && !isDone(); sweep++)
        {
            await world.Schedule.Delay(Interval);
            await world.Worker.Sweeper.SweepAsync(CancellationToken.None);
        }
    }
}
