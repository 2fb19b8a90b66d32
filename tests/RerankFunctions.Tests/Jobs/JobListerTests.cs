using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

public sealed class JobListerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    public void Pages_give_every_job_once_oldest_first_at_one_list_each(int limit) => World.Run(async world =>
    {
        var ids = await SubmitAsync(world, 20);
        var calls = world.Front.Connection.Calls.Count;
        var pages = new List<JobList>();
        do
        {
            pages.Add((await world.Front.Lister.ListAsync(null, limit, pages.LastOrDefault()?.After, CancellationToken.None))!);
            Assert.InRange(pages[^1].Jobs.Count, 0, limit);
        }
        while (pages[^1].After is not null);

        Assert.Equal(ids, pages.SelectMany(page => page.Jobs).Select(job => job.Id));
        Assert.Equal(pages.Count, world.Front.Connection.Calls.Count - calls);
    });

    [Fact]
    public void A_state_selects_jobs() => World.Run(async world =>
    {
        var ids = await SubmitAsync(world, 4);
        await world.ProcessAsync(ids[0]);
        world.Worker.Reranker.Faults = _ => new ScoringException("The run failed.");
        await world.ProcessAsync(ids[1]);
        await world.Front.Cancellation.CancelAsync(ids[2], CancellationToken.None);

        var failed = Assert.Single((await world.Front.Lister.ListAsync(JobState.Failed, 10, null, CancellationToken.None))!.Jobs);

        Assert.Equal((ids[1], "model_error", 1, "demo", 3), (failed.Id, failed.Error, failed.Attempts, failed.Model, failed.Progress.Total));
        Assert.NotNull(failed.CompletedAt);
        Assert.Equal(ids[0], Assert.Single((await world.Front.Lister.ListAsync(JobState.Succeeded, 10, null, CancellationToken.None))!.Jobs).Id);
        Assert.Equal(ids[2], Assert.Single((await world.Front.Lister.ListAsync(JobState.Canceled, 10, null, CancellationToken.None))!.Jobs).Id);
        Assert.Equal(ids[3], Assert.Single((await world.Front.Lister.ListAsync(JobState.Queued, 10, null, CancellationToken.None))!.Jobs).Id);
    });

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("AAAA")]
    public void What_is_no_cursor_gives_no_page(string after) => World.Run(async world =>
        Assert.Null(await world.Front.Lister.ListAsync(null, 10, after, CancellationToken.None)));

    private static async Task<List<JobId>> SubmitAsync(World world, int count)
    {
        var ids = new List<JobId>();
        for (var job = 0; job < count; job++)
        {
            ids.Add((await world.SubmitAsync()).Id);
        }

        return ids;
    }
}
