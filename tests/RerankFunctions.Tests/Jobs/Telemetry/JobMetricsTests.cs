using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Telemetry;
using RerankFunctions.Tests.Jobs.Fakes;
using RerankFunctions.Tests.Jobs.Simulation;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Jobs.Telemetry;

public sealed class JobMetricsTests : IDisposable
{
    private readonly Measurements _measurements = new();
    private readonly JobMetrics _metrics;

    public JobMetricsTests() => _metrics = new JobMetrics(_measurements.Meters);

    public void Dispose() => _measurements.Dispose();

    [Fact]
    public void A_job_that_succeeds_is_counted_with_its_times() => World.Run(async world =>
    {
        var worker = world.Start(metrics: _metrics);
        worker.Reranker.Duration = () => TimeSpan.FromSeconds(10);
        var id = await SubmitAsync(world);
        await world.Schedule.Delay(TimeSpan.FromSeconds(2));

        await world.ProcessAsync(id, worker);

        Assert.Equal(1, _measurements.Sum("rerank.jobs.accepted"));
        Assert.Equal([1], _measurements.Of("rerank.jobs.attempts"));
        Assert.Equal([1], _measurements.Of("rerank.jobs.attempts", "rerank.attempt.outcome=succeeded"));
        Assert.InRange(Assert.Single(_measurements.Of("rerank.job.queue.duration")), 2, 2.1);
        Assert.Single(_measurements.Of("rerank.job.duration"));
        Assert.InRange(Assert.Single(_measurements.Of("rerank.job.duration", "rerank.job.status=succeeded")), 12, 12.2);
    });

    [Theory]
    [InlineData("send Callbacks")]
    [InlineData("delete active/")]
    public void A_job_that_ends_while_storage_fails_has_succeeded_and_the_sweeper_does_the_rest(string call) => World.Run(async world =>
    {
        var worker = world.Start(metrics: _metrics);
        worker.Connection.Faults = name => name.StartsWith(call, StringComparison.Ordinal) ? Fault.Unavailable : Fault.None;
        var id = (await world.SubmitAsync(World.Request with { CallbackUrl = new Uri("https://receiver.example/") })).Id;

        await world.ProcessAsync(id, worker);

        Assert.Equal([1], _measurements.Of("rerank.jobs.attempts"));
        Assert.Equal([1], _measurements.Of("rerank.jobs.attempts", "rerank.attempt.outcome=succeeded"));
        Assert.DoesNotContain(world.Log, line => line.Text.Contains("lost its lease", StringComparison.Ordinal));
        await world.Schedule.Delay(TimeSpan.FromMinutes(1));
        await world.Front.Sweeper.SweepAsync(CancellationToken.None);
        Assert.Contains(World.Message(id), world.Account.Callbacks.Sent);
        Assert.DoesNotContain($"active/{id}", world.Account.Names);
    });

    [Fact]
    public void A_call_to_a_receiver_is_counted_by_what_it_led_to() => World.Run(async world =>
    {
        var worker = world.Start(metrics: _metrics);
        var id = (await world.SubmitAsync(World.Request with { CallbackUrl = new Uri("https://receiver.example/") })).Id;
        await world.ProcessAsync(id);

        await worker.Callbacks.ProcessAsync(World.Message(id), CancellationToken.None);

        Assert.Equal([1], _measurements.Of("rerank.callbacks", "rerank.callback.outcome=delivered"));
    });

    [Fact]
    public void A_job_that_fails_is_counted_with_its_code() => World.Run(async world =>
    {
        var worker = world.Start(metrics: _metrics);
        worker.Reranker.Faults = _ => new ScoringException(World.Secret);
        var id = await SubmitAsync(world);

        await world.ProcessAsync(id, worker);

        Assert.Equal([1], _measurements.Of("rerank.jobs.attempts", "rerank.attempt.outcome=failed"));
        Assert.Single(_measurements.Of("rerank.job.duration", "rerank.job.status=failed", "error.type=model_error"));
        Assert.DoesNotContain(_measurements.Tags, tag => tag.Contains(World.Secret, StringComparison.Ordinal));
    });

    [Fact]
    public void A_job_without_attempts_left_is_counted_when_it_fails() => World.Run(async world =>
    {
        var worker = world.Start(new JobsOptions { MaxAttempts = 2 }, _metrics);
        worker.Reranker.Faults = _ => new TimeoutException();
        var id = await SubmitAsync(world);
        await world.ProcessAsync(id, worker);
        Assert.Empty(_measurements.Of("rerank.job.duration"));
        await world.ProcessAsync(id, worker);
        await world.ProcessAsync(id, worker);

        Assert.Equal(1, _measurements.Sum("rerank.jobs.attempts", "rerank.attempt.outcome=retried"));
        Assert.Equal(1, _measurements.Sum("rerank.jobs.attempts", "rerank.attempt.outcome=failed"));
        Assert.Equal(2, _measurements.Of("rerank.job.queue.duration").Length);
        Assert.Single(_measurements.Of("rerank.job.duration", "rerank.job.status=failed", "error.type=attempts_exhausted"));
    });

    [Fact]
    public void An_attempt_that_a_shutdown_ends_is_interrupted() => World.Run(async world =>
    {
        var worker = world.Start(metrics: _metrics);
        worker.Reranker.Duration = () => TimeSpan.FromMinutes(5);
        var id = await SubmitAsync(world);
        using var stop = new CancellationTokenSource();
        var processing = world.ProcessAsync(id, worker, stop.Token);
        await world.Schedule.Delay(TimeSpan.FromSeconds(1));

        stop.Cancel();

        await processing;
        Assert.Equal([1], _measurements.Of("rerank.jobs.attempts", "rerank.attempt.outcome=interrupted"));
        Assert.Empty(_measurements.Of("rerank.job.duration"));
    });

    [Fact]
    public void An_attempt_that_loses_its_lease_is_counted_as_such() => World.Run(async world =>
    {
        var worker = world.Start(metrics: _metrics);
        worker.Reranker.Duration = () => TimeSpan.FromMinutes(5);
        var id = await SubmitAsync(world);
        var processing = world.ProcessAsync(id, worker);
        await world.Schedule.Delay(TimeSpan.FromSeconds(1));
        var name = $"jobs/{id}/status.json";
        world.Account.Put(name, world.Account.Text(name).Replace("running", "canceled", StringComparison.Ordinal));

        await processing;

        Assert.Equal([1], _measurements.Of("rerank.jobs.attempts", "rerank.attempt.outcome=lease_lost"));
    });

    [Fact]
    public void A_message_that_goes_back_is_counted_and_is_no_attempt() => World.Run(async world =>
    {
        var worker = world.Start(metrics: _metrics);
        worker.Reranker.Loading = Task.FromException<ModelDescription>(new ModelLoadException("none"));
        var id = await SubmitAsync(world);

        await world.ProcessAsync(id, worker);

        Assert.Equal(1, _measurements.Sum("rerank.messages.postponed"));
        Assert.Empty(_measurements.Of("rerank.jobs.attempts"));
        Assert.Empty(_measurements.Of("rerank.job.queue.duration"));
    });

    [Fact]
    public void A_job_is_accepted_once_however_often_its_key_comes() => World.Run(async world =>
    {
        await SubmitAsync(world, key: "k");
        await SubmitAsync(world, key: "k");

        Assert.Equal(1, _measurements.Sum("rerank.jobs.accepted"));
    });

    [Fact]
    public void A_submission_that_fails_is_not_accepted() => World.Run(async world =>
    {
        var front = world.Start(metrics: _metrics);
        front.Connection.Faults = _ => Fault.Unavailable;

        await World.AssertUnavailableAsync(() => front.Submission.SubmitAsync(World.Request, null, null, CancellationToken.None));

        Assert.Empty(_measurements.Of("rerank.jobs.accepted"));
    });

    private async Task<JobId> SubmitAsync(World world, string? key = null) =>
        (await world.Start(metrics: _metrics).Submission.SubmitAsync(World.Request, key, null, CancellationToken.None)).Id;
}
