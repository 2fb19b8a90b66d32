using System.Diagnostics;
using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Submission;
using RerankFunctions.Tests.Jobs.Simulation;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Jobs.Telemetry;

public sealed class JobSpansTests : IDisposable
{
    private readonly Spans _spans = new();

    public void Dispose() => _spans.Dispose();

    [Fact]
    public void One_trace_leads_from_the_client_to_the_worker() => World.Run(async world =>
    {
        var id = await SubmitAndProcessAsync(world);

        var submit = _spans.Single("submit job");
        Assert.Equal(ActivityKind.Producer, submit.Kind);
        Assert.Equal(_spans.Root.SpanId, submit.ParentSpanId);
        Assert.Equal(
            [
                "messaging.destination.name=rerank-jobs", "messaging.operation.type=send", "messaging.system=azure_queues", "rerank.documents=3",
                $"rerank.job.id={id}",
            ],
            Spans.TagsOf(submit).Order(StringComparer.Ordinal));
        var process = _spans.Single("process job");
        Assert.Equal(ActivityKind.Consumer, process.Kind);
        Assert.Equal(submit.SpanId, process.ParentSpanId);
        Assert.Equal(
            [
                "messaging.destination.name=rerank-jobs", "messaging.operation.type=process", "messaging.system=azure_queues",
                "rerank.attempt.outcome=succeeded", "rerank.documents=3", "rerank.job.attempt=1", $"rerank.job.id={id}",
            ],
            Spans.TagsOf(process).Order(StringComparer.Ordinal));
        Assert.All([submit, process], span => Assert.Equal(ActivityStatusCode.Unset, span.Status));
    });

    [Fact]
    public void A_job_that_fails_marks_the_workers_span_with_its_code() => World.Run(async world =>
    {
        world.Worker.Reranker.Faults = _ => new ScoringException(World.Secret);

        await SubmitAndProcessAsync(world);

        AssertError(_spans.Single("process job"), "model_error");
        Assert.Contains("rerank.attempt.outcome=failed", Spans.TagsOf(_spans.Single("process job")));
    });

    [Fact]
    public void An_exception_marks_the_workers_span_with_its_type() => World.Run(async world =>
    {
        world.Worker.Reranker.Faults = _ => new TimeoutException(World.Secret);

        await SubmitAndProcessAsync(world);

        AssertError(_spans.Single("process job"), "System.TimeoutException");
        Assert.Contains("rerank.attempt.outcome=retried", Spans.TagsOf(_spans.Single("process job")));
    });

    [Fact]
    public void A_submission_that_fails_marks_its_span() => World.Run(async world =>
    {
        await world.SubmitAsync(key: "k");
        var other = World.Request with { Query = "another" };

        await Assert.ThrowsAsync<IdempotencyConflictException>(
            () => world.Front.Submission.SubmitAsync(other, "k", _spans.TraceParent, CancellationToken.None));

        AssertError(_spans.Single("submit job"), typeof(IdempotencyConflictException).FullName!);
    });

    [Fact]
    public void No_span_has_a_text_of_the_request() => World.Run(async world =>
    {
        await SubmitAndProcessAsync(world, World.Secret);

        Assert.DoesNotContain(_spans.Tags, tag => tag.Contains(World.Secret, StringComparison.Ordinal));
    });

    [Fact]
    public void A_message_with_a_broken_trace_context_is_processed() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;

        await world.Worker.Processor.ProcessAsync(QueueKind.Interactive, new JobMessage(id, "no context").ToJson(), CancellationToken.None);

        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
    });

    private static void AssertError(Activity span, string type)
    {
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Null(span.StatusDescription);
        Assert.Empty(span.Events);
        Assert.Contains($"error.type={type}", Spans.TagsOf(span));
    }

    private async Task<JobId> SubmitAndProcessAsync(World world, string? key = null)
    {
        var status = await world.Front.Submission.SubmitAsync(World.Request, key, _spans.TraceParent, CancellationToken.None);
        await world.Worker.Processor.ProcessAsync(QueueKind.Interactive, Assert.Single(world.Account.Jobs.Sent), CancellationToken.None);
        return status.Id;
    }
}
