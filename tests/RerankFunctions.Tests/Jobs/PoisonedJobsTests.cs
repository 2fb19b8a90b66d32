using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Tests.Jobs.Fakes;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

public sealed class PoisonedJobsTests
{
    [Fact]
    public void A_job_with_attempts_left_is_queued_again() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;

        await world.Worker.Poisoned.RecoverAsync(QueueKind.Interactive, World.Message(id), CancellationToken.None);

        Assert.Equal([World.Message(id)], world.Account.Recovery.Sent);
        Assert.Equal(JobState.Queued, JobStates.Of(world, id));
    });

    [Fact]
    public void A_job_without_attempts_left_fails() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        for (var attempt = 0; attempt < new JobsOptions().MaxAttempts; attempt++)
        {
            var worker = world.Start();
            _ = world.ProcessAsync(id, worker);
            await world.Schedule.Delay(TimeSpan.FromMilliseconds(50));
            worker.Connection.Crash();
            await world.Schedule.Delay(TimeSpan.FromMinutes(1));
        }

        await world.Worker.Poisoned.RecoverAsync(QueueKind.Interactive, World.Message(id), CancellationToken.None);

        Assert.Equal(FailureCodes.AttemptsExhausted, (await world.ReadAsync(id)).Error?.Code);
        Assert.Single(world.Account.Jobs.Sent);
        Assert.DoesNotContain($"active/{id}", world.Account.Names);
    });

    [Fact]
    public void An_ended_job_stays_as_it_is() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        await world.ProcessAsync(id);

        await world.Worker.Poisoned.RecoverAsync(QueueKind.Interactive, World.Message(id), CancellationToken.None);

        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
        Assert.Single(world.Account.Jobs.Sent);
    });

    [Fact]
    public void A_storage_that_is_down_is_said_so_that_the_message_stays() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Worker.Connection.Faults = _ => Fault.Unavailable;

        await World.AssertUnavailableAsync(() => world.Worker.Poisoned.RecoverAsync(QueueKind.Interactive, World.Message(id), CancellationToken.None));
    });
}
