using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Tests.Jobs.Fakes;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

public sealed class JobFaultTests
{
    [Theory]
    [InlineData("read jobs/{0}/request.json")]
    [InlineData("create jobs/{0}/results/1.json")]
    public void Storage_at_fault_gives_the_job_back(string call) => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Worker.Connection.Faults = name => call.Replace("{0}", id.ToString(), StringComparison.Ordinal) == name ? Fault.Unavailable : Fault.None;

        await world.ProcessAsync(id);

        Assert.Equal(JobState.Queued, JobStates.Of(world, id));
        Assert.Equal([World.Message(id)], world.Account.Recovery.Sent);
        await world.ProcessAsync(id, world.Start());
        Assert.Equal(2, (await world.ReadAsync(id)).Attempts);
    });

    [Fact]
    public void A_job_that_cannot_be_given_back_is_rethrown_so_that_the_host_delivers_it_again() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Worker.Reranker.Faults = _ =>
        {
            world.Worker.Connection.Faults = _ => Fault.Unavailable;
            return new TimeoutException();
        };

        await World.AssertUnavailableAsync(() => world.ProcessAsync(id));

        Assert.Equal(JobState.Running, JobStates.Of(world, id));
    });

    [Fact]
    public void A_renewal_that_hangs_does_not_hold_up_a_shutdown() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        var worker = world.Start();
        worker.Reranker.Duration = () => TimeSpan.FromDays(1);
        using var stop = new CancellationTokenSource();
        var processing = world.ProcessAsync(id, worker, stop.Token);
        await world.Schedule.Delay(new JobsOptions().LeaseRenewal - TimeSpan.FromMilliseconds(100));
        worker.Connection.Latency = () => TimeSpan.FromHours(1);
        await world.Schedule.Delay(TimeSpan.FromMilliseconds(200));

        stop.Cancel();
        await world.Schedule.Delay(TimeSpan.FromSeconds(4));

        Assert.Contains(world.Log, line => line.Text.Contains("cannot queue the job again", StringComparison.Ordinal));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => processing);
    });

    [Fact]
    public void Memory_at_fault_gives_the_job_back() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Worker.Reranker.Faults = _ => new InsufficientMemoryException();

        await world.ProcessAsync(id);

        Assert.Equal(JobState.Queued, JobStates.Of(world, id));
        world.Worker.Reranker.Faults = _ => null;
        await world.ProcessAsync(id);
        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
    });

    [Fact]
    public void A_model_that_is_lost_during_an_attempt_queues_the_job_again_and_costs_no_attempt() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Worker.Reranker.Faults = _ => new ModelLoadException("config.json is missing.");
        for (var load = 0; load < 3 * new JobsOptions().MaxAttempts; load++)
        {
            await world.ProcessAsync(id);
            Assert.Equal(JobState.Queued, JobStates.Of(world, id));
            Assert.Equal(World.Message(id), world.Account.Recovery.Sent[load]);
        }

        await world.ProcessAsync(id, world.Start());

        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
    });

    [Fact]
    public void A_shutdown_gives_the_job_back_and_costs_no_attempt() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        for (var shutdown = 0; shutdown < 3 * new JobsOptions().MaxAttempts; shutdown++)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), world.Schedule.Time);
            await world.ProcessAsync(id, world.Start(), stop.Token);
            Assert.Equal(JobState.Queued, JobStates.Of(world, id));
            Assert.Equal(World.Message(id), world.Account.Recovery.Sent[shutdown]);
        }

        await world.ProcessAsync(id);

        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
    });

    [Fact]
    public void Attempts_that_never_end_exhaust_the_job() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Worker.Reranker.Faults = _ => new InvalidOperationException();
        for (var attempt = 0; attempt < new JobsOptions().MaxAttempts; attempt++)
        {
            Assert.Equal(JobState.Queued, JobStates.Of(world, id));
            await world.ProcessAsync(id);
        }

        var status = await world.ReadAsync(id);
        Assert.Equal(JobState.Failed, status.Status);
        Assert.Equal(FailureCodes.AttemptsExhausted, status.Error?.Code);
        Assert.DoesNotContain($"active/{id}", world.Account.Names);
    });

    public static TheoryData<string, Exception?, string> Faults => new()
    {
        { "", new ScoringException("The run failed."), FailureCodes.ModelError },
        { "", new TextTooLongException([1], isQueryTooLong: true), FailureCodes.TextTooLong },
        { "", new ScoringException("No finite score.") { IsNotFinite = true }, FailureCodes.ScoresNotFinite },
        { "no json", null, FailureCodes.RequestUnreadable },
        { "null", null, FailureCodes.RequestUnreadable },
        { "{}", null, FailureCodes.RequestUnreadable },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Request_or_model_at_fault_fails_the_job_at_once(string request, Exception? fault, string code) => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Worker.Reranker.Faults = _ => fault;
        if (request.Length > 0)
        {
            world.Account.Put($"jobs/{id}/request.json", request);
        }

        await world.ProcessAsync(id);

        var status = await world.ReadAsync(id);
        Assert.Equal(JobState.Failed, status.Status);
        Assert.Equal(code, status.Error?.Code);
        Assert.NotNull(status.CompletedAt);
        Assert.DoesNotContain($"active/{id}", world.Account.Names);
    });
}
