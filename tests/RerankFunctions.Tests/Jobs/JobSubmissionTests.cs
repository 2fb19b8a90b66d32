using System.ComponentModel.DataAnnotations;
using System.Reflection;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Submission;
using RerankFunctions.Tests.Jobs.Fakes;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

public sealed class JobSubmissionTests
{
    [Fact]
    public void A_job_is_stored_and_announced() => World.Run(async world =>
    {
        var status = await world.SubmitAsync();

        Assert.Equal(JobState.Queued, status.Status);
        Assert.Equal(new JobProgress(3, 0), status.Progress);
        Assert.Equal("7", status.Metadata?["order"]);
        Assert.Equal(
            [$"active/{status.Id}", $"jobs/{status.Id}/request.json", $"jobs/{status.Id}/status.json"],
            world.Account.Names.Order(StringComparer.Ordinal));
        Assert.Equal(World.Message(status.Id), Assert.Single(world.Account.Jobs.Sent));
    });

    [Theory]
    [InlineData("create jobs/", 1)]
    [InlineData("create active/", 2)]
    [InlineData("send", 3)]
    public void Storage_that_fails_half_way_is_said_and_leaves_no_marker_without_a_request(string call, int blobs) => World.Run(async world =>
    {
        world.Front.Connection.Faults = name => name.StartsWith(call, StringComparison.Ordinal) ? Fault.LostResponse : Fault.None;

        await World.AssertUnavailableAsync(() => world.SubmitAsync());

        Assert.Equal(blobs, world.Account.Names.Count);
        Assert.Contains(world.Account.Names, name => name.EndsWith("/request.json", StringComparison.Ordinal));
        Assert.Equal(blobs > 1, world.Account.Names.Any(name => name.StartsWith("active/", StringComparison.Ordinal)));
    });

    [Fact]
    public void A_storage_that_hangs_is_given_up_within_seconds() => World.Run(async world =>
    {
        world.Front.Connection.Latency = () => TimeSpan.FromMinutes(5);
        var began = world.Schedule.Time.GetUtcNow();

        await World.AssertUnavailableAsync(() => world.SubmitAsync());

        Assert.Equal(new JobsOptions().SubmitTimeout, world.Schedule.Time.GetUtcNow() - began);
    });

    [Fact]
    public void Many_submissions_at_once_do_not_flood_storage() => World.Run(async world =>
    {
        world.Front.Connection.Latency = () => TimeSpan.FromMilliseconds(50);

        var jobs = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => world.SubmitAsync()));

        Assert.Equal(300, jobs.Select(job => job.Id).Distinct().Count());
        Assert.InRange(world.Front.Connection.MostAtOnce, 2, 32);
    });

    [Fact]
    public void After_an_outage_jobs_are_taken_again() => World.Run(async world =>
    {
        world.Front.Connection.Faults = _ => Fault.Unavailable;
        await World.AssertUnavailableAsync(() => world.SubmitAsync());
        await World.AssertUnavailableAsync(() => world.Front.Health.CheckAsync(CancellationToken.None));

        world.Front.Connection.Faults = _ => Fault.None;

        Assert.Equal(JobState.Queued, (await world.SubmitAsync()).Status);
        Assert.Equal(1, await world.Front.Health.CheckAsync(CancellationToken.None));
    });

    [Fact]
    public void The_same_key_and_request_give_the_same_job() => World.Run(async world =>
    {
        var first = await world.SubmitAsync(key: "k");
        await world.ProcessAsync(first.Id);
        var sent = world.Account.Jobs.Sent.Count;

        var again = await world.SubmitAsync(key: "k");

        Assert.Equal(first.Id, again.Id);
        Assert.Equal(JobState.Succeeded, again.Status);
        Assert.Equal(3, again.Results?.Count);
        Assert.Equal(sent, world.Account.Jobs.Sent.Count);
        Assert.NotEqual(first.Id, (await world.SubmitAsync(key: "other")).Id);
    });

    [Fact]
    public void The_same_key_with_another_request_is_a_conflict_and_stores_nothing() => World.Run(async world =>
    {
        var first = await world.SubmitAsync(key: "k");
        var names = world.Account.Names.ToList();

        await Assert.ThrowsAsync<IdempotencyConflictException>(() =>
            world.SubmitAsync(World.Request with { Query = "another" }, "k"));

        Assert.Equal(names, world.Account.Names);
        Assert.Equal(JobState.Queued, (await world.ReadAsync(first.Id)).Status);
    });

    [Theory]
    [InlineData("create idempotency/", Fault.CrashAfter)]
    [InlineData("create idempotency/", Fault.LostResponse)]
    [InlineData("create active/", Fault.CrashBefore)]
    [InlineData("create active/", Fault.CrashAfter)]
    [InlineData("create jobs/", Fault.CrashAfter)]
    [InlineData("send", Fault.CrashBefore)]
    [InlineData("send", Fault.CrashAfter)]
    public void A_key_whose_first_call_died_half_way_is_finished_by_the_next(string call, Fault fault) => World.Run(async world =>
    {
        world.Front.Connection.Faults = name => name.StartsWith(call, StringComparison.Ordinal) ? fault : Fault.None;
        _ = world.SubmitAsync(key: "k");
        await world.Schedule.Delay(TimeSpan.FromMinutes(1));

        var status = await world.Start().Submission.SubmitAsync(World.Request, "k", null, CancellationToken.None);
        await world.Schedule.Delay(TimeSpan.FromMinutes(1));
        await world.Worker.Sweeper.SweepAsync(CancellationToken.None);

        Assert.Equal(World.Message(status.Id), Assert.Single(world.Account.Queues.SelectMany(queue => queue.Sent).Distinct()));
        await world.ProcessAsync(status.Id);
        Assert.Single(world.Account.Names, name => name.EndsWith("/request.json", StringComparison.Ordinal));
        Assert.Equal(JobState.Succeeded, JobStates.Of(world, status.Id));
    });

    [Fact]
    public void Fifty_calls_with_one_key_at_once_give_one_job_and_one_message() => World.Run(async world =>
    {
        var calls = await Task.WhenAll(Enumerable.Range(0, 50).Select(call =>
            (call % 2 == 0 ? world.Front : world.Worker).Submission.SubmitAsync(World.Request, "k", null, CancellationToken.None)));

        Assert.Single(calls.Select(call => (call.Id, call.CreatedAt)).Distinct());
        Assert.Single(world.Account.Names, name => name.EndsWith("/status.json", StringComparison.Ordinal));
        Assert.Single(world.Account.Queues.SelectMany(queue => queue.Sent));
    });

    [Theory]
    [InlineData('\u0001')]
    [InlineData('語')]
    public void A_job_with_as_much_metadata_as_settings_can_allow_is_found_again(char character) => World.Run(async world =>
    {
        var most = (string limit) => (int)typeof(RequestLimits).GetProperty(limit)!.GetCustomAttribute<RangeAttribute>()!.Maximum;
        var key = new string(character, most(nameof(RequestLimits.MaxMetadataKeyCharacters)) - 2);
        var value = new string(character, most(nameof(RequestLimits.MaxMetadataValueCharacters)));
        var metadata = Enumerable.Range(10, most(nameof(RequestLimits.MaxMetadataEntries))).ToDictionary(entry => key + entry, _ => value);

        var id = (await world.SubmitAsync(World.Request with { Metadata = metadata })).Id;
        await world.ProcessAsync(id);

        Assert.Equal(JobState.Succeeded, (await world.ReadAsync(id)).Status);
        Assert.InRange(world.Account.Text($"jobs/{id}/status.json").Length, value.Length, BlobReading.MaxBytes / 2);
    });

    [Fact]
    public void A_write_repeated_after_a_lost_response_is_no_conflict() => World.Run(async world =>
    {
        world.Front.Connection.Faults = name => name.StartsWith("create", StringComparison.Ordinal) ? Fault.RetriedAfterLoss : Fault.None;

        var status = await world.SubmitAsync(key: "k");

        await world.ProcessAsync(status.Id);
        Assert.Equal(JobState.Succeeded, JobStates.Of(world, status.Id));
    });

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true)]
    [InlineData("xyzzy", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_a_trace_context_travels_with_the_message(string? traceparent, bool travels) => World.Run(async world =>
    {
        await world.Front.Submission.SubmitAsync(World.Request, null, traceparent, CancellationToken.None);

        Assert.True(JobMessage.TryParse(world.Account.Jobs.Sent[0], out var message));
        Assert.Equal(travels ? traceparent : null, message.TraceParent);
    });
}
