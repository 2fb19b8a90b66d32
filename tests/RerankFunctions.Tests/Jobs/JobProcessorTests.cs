using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Tests.Jobs.Fakes;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

public sealed class JobProcessorTests
{
    // Event id of the line "A message … is not a valid claim check and is dropped."
    private const int MessageDropped = 10;

    private static readonly TimeSpan LeaseAndMore = new JobsOptions().LeaseDuration + TimeSpan.FromSeconds(5);

    [Fact]
    public void A_small_job_takes_ten_calls_to_storage_beside_the_hosts_receive_and_delete() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        Assert.Equal(
            ["create jobs/ID/request.json", "create active/ID", "create jobs/ID/status.json", "send Interactive"],
            Calls(world.Front, id));

        await world.ProcessAsync(id);

        Assert.Equal(
            [
                "read jobs/ID/status.json", "replace jobs/ID/status.json", "read jobs/ID/request.json",
                "create jobs/ID/results/1.json", "replace jobs/ID/status.json", "delete active/ID",
            ],
            Calls(world.Worker, id));
    });

    private static IEnumerable<string> Calls(Instance instance, JobId id) =>
        instance.Connection.Calls.Select(call => call.Replace(id.ToString(), "ID", StringComparison.Ordinal));

    [Fact]
    public void A_time_between_clocks_that_disagree_is_not_negative()
    {
        var noon = DateTimeOffset.UnixEpoch.AddHours(12);

        Assert.Equal(1_500, Moment.Milliseconds(noon, noon.AddSeconds(1.5)));
        Assert.Equal(0, Moment.Milliseconds(noon, noon.AddMinutes(-3)));
        Assert.Null(Moment.Milliseconds(noon, null));
    }

    [Fact]
    public void A_job_succeeds_and_its_marker_goes() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        await world.Schedule.Delay(TimeSpan.FromSeconds(2));

        await world.ProcessAsync(id);

        var status = await world.ReadAsync(id);
        Assert.Equal(JobState.Succeeded, status.Status);
        Assert.Equal([1, 2, 0], status.Results?.Select(result => result.Index));
        Assert.Equal(new JobProgress(3, 3), status.Progress);
        Assert.Equal(1, status.Attempts);
        Assert.InRange(status.QueueMs.GetValueOrDefault(), 2_000, 2_050);
        Assert.InRange(status.RunMs.GetValueOrDefault(), 100, 150);
        Assert.DoesNotContain($"active/{id}", world.Account.Names);
        Assert.Contains($"jobs/{id}/results/1.json", world.Account.Names);
    });

    [Fact]
    public void Texts_stand_in_request_and_result_alone() => World.Run(async world =>
    {
        var good = (await world.SubmitAsync(World.Request with { ReturnDocuments = true }, World.Secret)).Id;
        await world.ProcessAsync(good);
        var bad = (await world.SubmitAsync()).Id;
        world.Worker.Reranker.Faults = _ => new ScoringException("The run failed.");
        await world.ProcessAsync(bad);

        var withText = world.Account.Names.Where(name => (name + world.Account.Text(name)).Contains(World.Secret, StringComparison.Ordinal));
        string[] expected = [$"jobs/{good}/request.json", $"jobs/{good}/results/1.json", $"jobs/{bad}/request.json"];
        Assert.Equal(expected.Order(StringComparer.Ordinal), withText.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(world.Account.Jobs.Sent, text => text.Contains(World.Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(world.Log, line => line.Text.Contains(World.Secret, StringComparison.Ordinal));
    });

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("""{"v":0,"jobId":"01jdc8y5h0f8gvxq0m6m4w2s7a"}""")]
    [InlineData("""{"v":"2","jobId":"01jdc8y5h0f8gvxq0m6m4w2s7a"}""")]
    [InlineData("""[{"v":2}]""")]
    [InlineData("""{"v":2""")]
    [InlineData("""{"v":1,"jobId":"../../etc"}""")]
    [InlineData("""{"v":1}""")]
    public void What_is_no_claim_check_is_dropped(string message) => World.Run(async world =>
    {
        await world.Worker.Processor.ProcessAsync(QueueKind.Interactive, message, CancellationToken.None);
        await world.Worker.Poisoned.RecoverAsync(QueueKind.Interactive, message, CancellationToken.None);

        Assert.Empty(world.Account.Names);
        Assert.Empty(world.Account.Jobs.Sent);
        Assert.Equal([MessageDropped, MessageDropped], world.Log.Select(line => line.EventId));
    });

    [Fact]
    public void A_message_of_a_job_that_is_not_there_is_dropped() => World.Run(async world =>
    {
        var id = JobId.Create(world.Schedule.Time);

        await world.ProcessAsync(id);
        await world.Worker.Poisoned.RecoverAsync(QueueKind.Interactive, World.Message(id), CancellationToken.None);

        Assert.Empty(world.Account.Names);
        Assert.Empty(world.Account.Jobs.Sent);
    });

    [Theory]
    [InlineData("no json")]
    [InlineData("null")]
    [InlineData("""{"id":"01jdc8y5h0f8gvxq0m6m4w2s7a"}""")]
    public void A_state_that_cannot_be_read_is_as_good_as_none(string state) => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Account.Put($"jobs/{id}/status.json", state);

        await world.ProcessAsync(id);

        Assert.Equal(0, world.Worker.Reranker.Runs);
        Assert.Equal(state, world.Account.Text($"jobs/{id}/status.json"));
        Assert.Null(await world.Front.Reader.ReadAsync(id, TimeSpan.Zero, CancellationToken.None));
    });

    [Fact]
    public void A_second_message_of_an_ended_job_changes_nothing_but_the_marker() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        await world.ProcessAsync(id);
        var state = world.Account.Text($"jobs/{id}/status.json");
        world.Account.Put($"active/{id}", "");

        await world.ProcessAsync(id);

        Assert.Equal(state, world.Account.Text($"jobs/{id}/status.json"));
        Assert.DoesNotContain($"active/{id}", world.Account.Names);
        Assert.Equal(1, world.Worker.Reranker.Runs);
    });

    [Fact]
    public void A_second_message_of_a_running_job_comes_back_when_the_lease_ends() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Worker.Reranker.Duration = () => TimeSpan.FromMinutes(2);
        var running = world.ProcessAsync(id);
        await world.Schedule.Delay(TimeSpan.FromSeconds(60));
        var second = world.Start();

        await world.ProcessAsync(id, second);

        Assert.Equal(0, second.Reranker.Runs);
        Assert.Equal(2, world.Account.Jobs.Sent.Count);
        Assert.Equal(world.Account.Jobs.Sent[0], world.Account.Jobs.Sent[1]);
        Assert.NotNull(world.Account.Jobs.Receive(TimeSpan.FromMinutes(10), world.Schedule.Random));
        Assert.Null(world.Account.Jobs.Receive(TimeSpan.Zero, world.Schedule.Random));
        await world.Schedule.Delay(LeaseAndMore);
        Assert.NotNull(world.Account.Jobs.Receive(TimeSpan.Zero, world.Schedule.Random));
        await running;
        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
    });

    [Fact]
    public void A_long_job_keeps_its_lease_and_shows_its_progress() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Worker.Reranker.Duration = () => TimeSpan.FromMinutes(10);
        var running = world.ProcessAsync(id);
        await world.Schedule.Delay(TimeSpan.FromMinutes(6));

        var half = await world.ReadAsync(id);
        await running;

        Assert.Equal(JobState.Running, half.Status);
        Assert.Equal(new JobProgress(3, 2), half.Progress);
        Assert.Equal(1, (await world.ReadAsync(id)).Attempts);
    });

    [Fact]
    public void A_dead_workers_job_is_taken_once_its_lease_ended() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        _ = world.ProcessAsync(id);
        await world.Schedule.Delay(TimeSpan.FromMilliseconds(50));
        world.Worker.Connection.Crash();
        await world.Schedule.Delay(LeaseAndMore);

        await world.ProcessAsync(id, world.Start());

        var status = await world.ReadAsync(id);
        Assert.Equal(JobState.Succeeded, status.Status);
        Assert.Equal(2, status.Attempts);
        Assert.Contains($"jobs/{id}/results/2.json", world.Account.Names);
    });

    [Fact]
    public void A_worker_that_stalled_past_its_lease_writes_no_outcome() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Worker.Reranker.Duration = () => TimeSpan.FromSeconds(20);
        var stalled = world.ProcessAsync(id);
        await world.Schedule.Delay(TimeSpan.FromSeconds(1));
        world.Worker.Connection.Latency = () => TimeSpan.FromMinutes(1);
        await world.Schedule.Delay(LeaseAndMore);
        await world.ProcessAsync(id, world.Start());
        var outcome = world.Account.Text($"jobs/{id}/status.json");

        await stalled;

        Assert.Equal(outcome, world.Account.Text($"jobs/{id}/status.json"));
        Assert.Equal(2, (await world.ReadAsync(id)).Attempts);
    });

    [Fact]
    public void A_canceled_job_stops_at_the_next_renewal_and_stays_canceled() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Worker.Reranker.Duration = () => TimeSpan.FromMinutes(5);
        var running = world.ProcessAsync(id);
        await world.Schedule.Delay(TimeSpan.FromSeconds(1));
        var name = $"jobs/{id}/status.json";
        world.Account.Put(name, world.Account.Text(name).Replace("running", "canceled", StringComparison.Ordinal));
        var canceledAt = world.Schedule.Time.GetUtcNow();

        await running;

        Assert.InRange(world.Schedule.Time.GetUtcNow() - canceledAt, TimeSpan.Zero, TimeSpan.FromSeconds(6));
        Assert.Equal(JobState.Canceled, JobStates.Of(world, id));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_swap_whose_response_was_lost_is_known_as_the_workers_own(int swap) => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        var swaps = 0;
        world.Worker.Reranker.Duration = () => TimeSpan.FromSeconds(7);
        world.Worker.Connection.Faults = name =>
            name.StartsWith("replace", StringComparison.Ordinal) && ++swaps == swap ? Fault.RetriedAfterLoss : Fault.None;

        await world.ProcessAsync(id);

        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
        Assert.Equal(1, world.Worker.Reranker.Runs);
        Assert.DoesNotContain($"active/{id}", world.Account.Names);
    });
}
