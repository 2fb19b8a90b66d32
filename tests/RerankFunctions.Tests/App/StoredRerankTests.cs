using RerankFunctions.Contracts;
using RerankFunctions.Contracts.Dialects;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Sync;
using RerankFunctions.Tests.Jobs;
using RerankFunctions.Tests.Jobs.Fakes;
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
    public void A_client_that_leaves_while_its_job_is_stored_cancels_it() => World.Run(async world =>
    {
        using var client = new CancellationTokenSource();
        world.Front.Connection.Faults = call =>
        {
            if (call == "send Interactive")
            {
                client.Cancel();
            }

            return Fault.None;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Answer(world, client.Token));

        Assert.Equal(JobState.Canceled, (await world.ReadAsync(Assert.Single(JobsOf(world)))).Status);
    });

    [Fact]
    public void A_part_that_fails_cancels_the_others_at_once() => World.Run(async world =>
    {
        var answering = Stored(world.Front).AnswerAsync(Two, null, Limit, CancellationToken.None);
        await world.Schedule.Delay(TimeSpan.FromSeconds(1));
        var began = world.Schedule.Time.GetUtcNow();
        var jobs = JobsOf(world);
        Assert.Equal(2, jobs.Count);
        world.Worker.Reranker.Faults = _ => new ScoringException("The run failed.");
        await world.ProcessAsync(jobs[1]);

        var problem = await ProblemAsync(() => answering);

        Assert.Equal((500, "model_error"), (problem.Status, problem.Code));
        Assert.InRange(world.Schedule.Time.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(JobState.Canceled, (await world.ReadAsync(jobs[0])).Status);
    });

    [Fact]
    public void Over_the_limit_all_parts_go_on() => World.Run(async world =>
    {
        var problem = await ProblemAsync(() => Stored(world.Front).AnswerAsync(Two, null, Limit, CancellationToken.None));

        Assert.Equal("still_running", problem.Code);
        Assert.All(JobsOf(world), job => Assert.Equal(JobState.Queued, JobStates.Of(world, job)));
    });

    [Fact]
    public void A_request_with_more_parts_than_can_wait_stores_nothing() => World.Run(async world =>
    {
        var full = world.Start(new JobsOptions { MaxWaits = 1 });

        var problem = await ProblemAsync(() => Stored(full).AnswerAsync(Two, null, Limit, CancellationToken.None));

        Assert.Equal((429, "engine_full"), (problem.Status, problem.Code));
        Assert.Empty(full.Connection.Calls);
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

    private static DialectRequest Two => new(
        Dialect.Score, [new DialectRequestPart(World.Request), new DialectRequestPart(World.Request with { Query = "another" })]);

    private static StoredRerank Stored(Instance instance) => new(instance.Submission, instance.Reader, instance.Cancellation);

    private static Task<IReadOnlyList<RerankAnswer>> Answer(World world, CancellationToken cancellationToken = default) =>
        Stored(world.Front).AnswerAsync(One, null, Limit, cancellationToken);

    /// <summary>Waits until the job of a request is stored.</summary>
    private static async Task<JobId> JobOf(World world)
    {
        await world.Schedule.Delay(TimeSpan.FromSeconds(1));
        return Assert.Single(JobsOf(world));
    }

    /// <summary>Returns the jobs that the front has stored.</summary>
    private static List<JobId> JobsOf(World world) =>
    [
        .. world.Front.Connection.Calls.Where(call => call.StartsWith("create active/", StringComparison.Ordinal)).Select(call =>
        {
            Assert.True(JobId.TryParse(call["create active/".Length..], out var id));
            return id;
        }),
    ];

    private static async Task<Problem> ProblemAsync(Func<Task> call) => (await Assert.ThrowsAsync<ProblemException>(call)).Problem;
}
