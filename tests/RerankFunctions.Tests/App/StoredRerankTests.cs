using RerankFunctions.Contracts;
using RerankFunctions.Contracts.Dialects;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Sync;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.App;

public sealed class StoredRerankTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    [Fact]
    public void A_process_without_a_model_answers_by_a_job() => World.Run(async world =>
    {
        var answering = Answer(world);
        var id = await JobOf(world);
        await world.ProcessAsync(id);

        var answer = Assert.Single(await answering);

        Assert.Equal(id.ToString(), answer.Id);
        Assert.Equal([1, 2, 0], answer.Results.Select(result => result.Index));
        Assert.Equal(0, world.Front.Reranker.Runs);
    });

    [Fact]
    public void Over_the_limit_the_error_names_the_job_which_goes_on() => World.Run(async world =>
    {
        var began = world.Schedule.Time.GetUtcNow();
        var problem = await ProblemAsync(() => Answer(world));

        Assert.Equal((503, "still_running"), (problem.Status, problem.Code));
        Assert.InRange(world.Schedule.Time.GetUtcNow() - began, Limit, Limit + TimeSpan.FromSeconds(2));
        Assert.True(JobId.TryParse(problem.Id!, out var id));
        await world.ProcessAsync(id);
        Assert.Equal(JobState.Succeeded, (await world.ReadAsync(id)).Status);
    });

    [Fact]
    public void A_client_that_leaves_cancels_its_job() => World.Run(async world =>
    {
        using var client = new CancellationTokenSource();
        var answering = Answer(world, client.Token);
        var id = await JobOf(world);

        client.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
        Assert.Equal(JobState.Canceled, (await world.ReadAsync(id)).Status);
    });

    [Fact]
    public void A_process_in_which_too_many_wait_stores_nothing() => World.Run(async world =>
    {
        var full = world.Start(new JobsOptions { MaxWaits = 0 });

        var problem = await ProblemAsync(() => Stored(full).AnswerAsync(One, null, Limit, CancellationToken.None));

        Assert.Equal((429, "engine_full"), (problem.Status, problem.Code));
        Assert.Empty(full.Connection.Calls);
    });

    public static TheoryData<Exception, int, string> Failures => new()
    {
        { new TextTooLongException([2], isQueryTooLong: true), 422, "text_too_long" },
        { new ScoringException("The run failed."), 500, "model_error" },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void A_job_that_fails_is_an_error_of_the_request(Exception fault, int status, string code) => World.Run(async world =>
    {
        world.Worker.Reranker.Faults = _ => fault;
        var answering = Answer(world);
        await world.ProcessAsync(await JobOf(world));

        var problem = await ProblemAsync(() => answering);

        Assert.Equal((status, code), (problem.Status, problem.Code));
    });

    [Fact]
    public void A_canceled_job_is_503() => World.Run(async world =>
    {
        var answering = Answer(world);
        await world.Front.Cancellation.CancelAsync(await JobOf(world), CancellationToken.None);

        Assert.Equal("job_canceled", (await ProblemAsync(() => answering)).Code);
    });

    [Fact]
    public void A_wait_ends_with_the_state_of_the_job() => World.Run(async world =>
    {
        var pending = await Stored(world.Front).SubmitAsync(World.Request, "key", null, TimeSpan.FromSeconds(3), CancellationToken.None);
        Assert.Equal(JobState.Queued, pending.Status);
        await world.ProcessAsync(pending.Id);

        var again = await Stored(world.Front).SubmitAsync(World.Request, "key", null, TimeSpan.Zero, CancellationToken.None);

        Assert.Equal(pending.Id, again.Id);
        Assert.Equal(JobState.Succeeded, again.Status);
        Assert.Equal(3, StoredRerank.ToAnswer(again).Results.Count);
    });

    private static DialectRequest One => new(Dialect.Cohere, [new DialectRequestPart(World.Request)]);

    private static StoredRerank Stored(Instance instance) => new(instance.Submission, instance.Reader, instance.Cancellation);

    private static Task<IReadOnlyList<RerankAnswer>> Answer(World world, CancellationToken cancellationToken = default) =>
        Stored(world.Front).AnswerAsync(One, null, Limit, cancellationToken);

    /// <summary>Waits until the job of a request is stored.</summary>
    private static async Task<JobId> JobOf(World world)
    {
        await world.Schedule.Delay(TimeSpan.FromSeconds(1));
        var marker = Assert.Single(world.Front.Connection.Calls, call => call.StartsWith("create active/", StringComparison.Ordinal));
        Assert.True(JobId.TryParse(marker["create active/".Length..], out var id));
        return id;
    }

    private static async Task<Problem> ProblemAsync(Func<Task> call) => (await Assert.ThrowsAsync<ProblemException>(call)).Problem;
}
