using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Tests.Jobs.Fakes;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

public sealed class JobCancellationTests
{
    [Fact]
    public void A_queued_job_is_canceled_and_never_runs() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;

        var canceled = await world.Front.Cancellation.CancelAsync(id, CancellationToken.None);
        await world.ProcessAsync(id);

        Assert.True(canceled!.IsCanceled);
        Assert.Equal(JobState.Canceled, (await world.ReadAsync(id)).Status);
        Assert.NotNull((await world.ReadAsync(id)).CompletedAt);
        Assert.Equal(0, world.Worker.Reranker.Runs);
        Assert.DoesNotContain($"active/{id}", world.Account.Names);
    });

    [Fact]
    public void A_running_job_is_canceled_and_frees_its_worker_at_the_next_renewal() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Worker.Reranker.Duration = () => TimeSpan.FromMinutes(10);
        var running = world.ProcessAsync(id);
        await world.Schedule.Delay(TimeSpan.FromSeconds(1));
        var began = world.Schedule.Time.GetUtcNow();

        Assert.True((await world.Front.Cancellation.CancelAsync(id, CancellationToken.None))!.IsCanceled);
        await running;

        Assert.InRange(world.Schedule.Time.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromSeconds(6));
        Assert.Equal(JobState.Canceled, JobStates.Of(world, id));
    });

    [Fact]
    public void An_ended_job_stays_as_it_is() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        await world.ProcessAsync(id);

        var canceled = await world.Front.Cancellation.CancelAsync(id, CancellationToken.None);

        Assert.False(canceled!.IsCanceled);
        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
        Assert.Null(await world.Front.Cancellation.CancelAsync(JobId.Create(world.Schedule.Time), CancellationToken.None));
    });

    [Fact]
    public void Of_a_cancellation_and_a_finish_one_wins()
    {
        var wins = new Dictionary<JobState, int>();
        for (var seed = 0; seed < 1_000; seed++)
        {
            Schedule.Run(seed, async schedule =>
            {
                var account = new FakeAccount(schedule.Time);
                List<LogLine> log = [];
                var (front, worker) = (new Instance(schedule, account, log), new Instance(schedule, account, log));
                worker.Connection.Latency = front.Connection.Latency = () => schedule.Between(0, 5);
                worker.Reranker.Duration = () => schedule.Between(0, 20);
                var id = (await front.Submission.SubmitAsync(World.Request, null, null, CancellationToken.None)).Id;
                var processing = worker.Processor.ProcessAsync(QueueKind.Interactive, World.Message(id), CancellationToken.None);
                await schedule.Delay(schedule.Between(0, 60));
                var canceled = await front.Cancellation.CancelAsync(id, CancellationToken.None);
                await processing;

                var status = await front.Reader.ReadAsync(id, TimeSpan.Zero, CancellationToken.None);
                Assert.Equal(canceled!.IsCanceled ? JobState.Canceled : JobState.Succeeded, status!.Status);
                Assert.Equal(canceled.IsCanceled, status.Results is null);
                wins[status.Status] = wins.GetValueOrDefault(status.Status) + 1;
            });
        }

        Assert.All(wins.Values, count => Assert.InRange(count, 50, 950));
        Assert.Equal(2, wins.Count);
    }
}
