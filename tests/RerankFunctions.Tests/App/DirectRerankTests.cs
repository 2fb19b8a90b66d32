using RerankFunctions.Contracts;
using RerankFunctions.Contracts.Dialects;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Synchronous;
using RerankFunctions.Sync;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.App;

public sealed class DirectRerankTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    private static readonly RerankRequest Request = new() { Model = "demo", Query = "q", Documents = ["a", "ccc", "bb"], TopN = 2, Priority = 600 };

    [Fact]
    public void The_model_of_the_process_answers_and_nothing_is_stored() => World.Run(async world =>
    {
        ScoringRequest? seen = null;
        world.Front.Reranker.Faults = request =>
        {
            seen = request;
            return null;
        };

        var answer = Assert.Single(await Answer(world, Request));

        Assert.Equal([1, 2], answer.Results.Select(result => result.Index));
        Assert.Equal("demo", answer.Model);
        Assert.True(JobId.TryParse(answer.Id, out _));
        Assert.False(seen!.WaitsForPlace);
        Assert.Equal(WorkClass.Bulk, seen.WorkClass);
        Assert.Empty(world.Front.Connection.Calls);
    });

    public static TheoryData<Exception, int, string> Failures => new()
    {
        { new EngineFullException(), 429, "engine_full" },
        { new TextTooLongException([1], isQueryTooLong: false), 422, "text_too_long" },
        { new ModelLoadException("The model is gone."), 503, "model_unavailable" },
        { new InsufficientMemoryException(), 503, "out_of_memory" },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void What_the_engine_refuses_is_an_error_of_the_request(Exception exception, int status, string code) => World.Run(async world =>
    {
        world.Front.Reranker.Faults = _ => exception;

        await AssertProblemAsync(status, code, () => Answer(world, Request));
        Assert.Empty(world.Front.Connection.Calls);
    });

    [Fact]
    public void A_request_that_takes_too_long_frees_its_pairs() => World.Run(async world =>
    {
        var canceled = 0;
        world.Front.Reranker.Duration = () => TimeSpan.FromSeconds(500);
        world.Front.Reranker.Cancelled = _ => canceled++;
        var began = world.Schedule.Time.GetUtcNow();

        await AssertProblemAsync(503, "deadline_exceeded", () => Answer(world, Request));

        Assert.Equal(Limit, world.Schedule.Time.GetUtcNow() - began);
        Assert.Equal(1, canceled);
    });

    [Fact]
    public void A_client_that_leaves_frees_its_pairs() => World.Run(async world =>
    {
        var canceled = 0;
        world.Front.Reranker.Duration = () => TimeSpan.FromSeconds(50);
        world.Front.Reranker.Cancelled = _ => canceled++;
        using var client = new CancellationTokenSource();
        var answering = Answer(world, Request, client.Token);
        await world.Schedule.Delay(TimeSpan.FromSeconds(1));

        client.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
        Assert.Equal(1, canceled);
    });

    [Theory]
    [InlineData(10, null)]
    [InlineData(31, "model_loading")]
    public void A_request_waits_for_the_model_as_long_as_a_message_does(int seconds, string? code) => World.Run(async world =>
    {
        var reranker = world.Front.Reranker;
        reranker.State = new ModelState(ModelStatus.Loading);
        var description = new ModelDescription("cross-encoder", "Fake", "1", 512, "fp32", Device.Cpu);
        var loading = new TaskCompletionSource<ModelDescription>();
        reranker.Loading = loading.Task;
        var answering = Answer(world, Request);
        await world.Schedule.Delay(TimeSpan.FromSeconds(seconds));
        loading.TrySetResult(description);

        if (code is null)
        {
            Assert.Single(await answering);
        }
        else
        {
            await AssertProblemAsync(503, code, () => answering);
        }
    });

    [Fact]
    public void A_model_that_cannot_be_loaded_is_503() => World.Run(async world =>
    {
        world.Front.Reranker.State = new ModelState(ModelStatus.Failed);
        world.Front.Reranker.Loading = Task.FromException<ModelDescription>(new ModelLoadException("No such folder."));

        await AssertProblemAsync(503, "model_unavailable", () => Answer(world, Request));
    });

    [Fact]
    public void The_end_of_a_drain_is_503() => World.Run(async world =>
    {
        world.Front.Reranker.Duration = () => TimeSpan.FromSeconds(60);
        var answering = Answer(world, Request);
        world.Front.Drain.Begin(TimeSpan.FromSeconds(5));

        await AssertProblemAsync(503, "shutting_down", () => answering);
    });

    [Fact]
    public void The_first_query_of_several_is_refused_where_the_engine_is_full_and_the_others_wait() => World.Run(async world =>
    {
        var waits = new List<bool>();
        world.Front.Reranker.Faults = request =>
        {
            waits.Add(request.WaitsForPlace);
            return null;
        };

        var answers = await Direct(world).AnswerAsync(Queries(3), Limit, CancellationToken.None);

        Assert.Equal(3, answers.Count);
        Assert.Equal([false, true, true], waits.Order());
    });

    [Fact]
    public void One_query_that_fails_ends_the_others() => World.Run(async world =>
    {
        var canceled = 0;
        var durations = new Queue<TimeSpan>([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60)]);
        world.Front.Reranker.Duration = durations.Dequeue;
        world.Front.Reranker.Cancelled = _ => canceled++;
        world.Front.Reranker.Faults = _ => new EngineFullException();

        await AssertProblemAsync(429, "engine_full", () => Direct(world).AnswerAsync(Queries(3), Limit, CancellationToken.None));
        Assert.Equal(2, canceled);
    });

    private static DialectRequest Queries(int count) => new(
        Dialect.Score, [.. Enumerable.Range(0, count).Select(index => new DialectRequestPart(Request with { Query = $"q{index}" }, [index, 7, 8]))]);

    private static DirectRerank Direct(World world) => new(
        new DirectAnswers(world.Front.Reranker, world.Front.Drain, Microsoft.Extensions.Options.Options.Create(new JobsOptions()), world.Schedule.Time),
        world.Front.Drain,
        world.Schedule.Time);

    private static Task<IReadOnlyList<RerankAnswer>> Answer(World world, RerankRequest request, CancellationToken cancellationToken = default) =>
        Direct(world).AnswerAsync(new DialectRequest(Dialect.Cohere, [new DialectRequestPart(request)]), Limit, cancellationToken);

    private static async Task AssertProblemAsync(int status, string code, Func<Task> call)
    {
        var problem = (await Assert.ThrowsAsync<ProblemException>(call)).Problem;
        Assert.Equal((status, code), (problem.Status, problem.Code));
    }
}
