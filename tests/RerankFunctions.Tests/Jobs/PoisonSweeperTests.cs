using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Tests.Jobs.Fakes;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

public sealed class PoisonSweeperTests
{
    [Theory]
    [InlineData(QueueKind.Interactive)]
    [InlineData(QueueKind.Bulk)]
    [InlineData(QueueKind.Recovery)]
    public void A_message_of_any_queue_is_handled_and_deleted(QueueKind queue) => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        world.Account.PoisonOf(queue).Send(World.Message(id), TimeSpan.Zero);

        await world.Worker.PoisonSweeper.SweepAsync(default);

        Assert.Equal([World.Message(id)], world.Account.Recovery.Sent);
        Assert.Equal(0, world.Account.PoisonOf(queue).Count);
    });

    [Fact]
    public void What_is_no_message_is_deleted() => World.Run(async world =>
    {
        world.Account.PoisonOf(QueueKind.Interactive).Send("{}", TimeSpan.Zero);
        world.Account.PoisonOf(QueueKind.Callbacks).Send("no message", TimeSpan.Zero);

        await world.Worker.PoisonSweeper.SweepAsync(default);

        Assert.Equal(0, world.Account.PoisonOf(QueueKind.Interactive).Count);
        Assert.Equal(0, world.Account.PoisonOf(QueueKind.Callbacks).Count);
        Assert.Empty(world.Account.Callbacks.Sent);
    });

    [Fact]
    public void A_message_that_cannot_be_handled_now_stays_and_holds_up_no_other() => World.Run(async world =>
    {
        var (first, second) = ((await world.SubmitAsync()).Id, (await world.SubmitAsync()).Id);
        world.Account.PoisonOf(QueueKind.Interactive).Send(World.Message(first), TimeSpan.Zero);
        world.Account.PoisonOf(QueueKind.Interactive).Send(World.Message(second), TimeSpan.Zero);
        var failures = 1;
        world.Worker.Connection.Faults = call =>
            call.StartsWith("read", StringComparison.Ordinal) && failures-- > 0 ? Fault.Unavailable : Fault.None;

        await world.Worker.PoisonSweeper.SweepAsync(default);

        Assert.Single(world.Account.Recovery.Sent);
        await world.Schedule.Delay(TimeSpan.FromMinutes(3));
        await world.Worker.PoisonSweeper.SweepAsync(default);
        Assert.Equal(
            new[] { World.Message(first), World.Message(second) }.Order(StringComparer.Ordinal), world.Account.Recovery.Sent.Order(StringComparer.Ordinal));
        Assert.Equal(0, world.Account.PoisonOf(QueueKind.Interactive).Count);
    });

    [Fact]
    public void A_message_that_is_handled_twice_because_its_deletion_failed_changes_nothing() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        await world.ProcessAsync(id);
        world.Account.PoisonOf(QueueKind.Interactive).Send(World.Message(id), TimeSpan.Zero);
        world.Worker.Connection.Faults = call => call.StartsWith("delete poisoned", StringComparison.Ordinal) ? Fault.Unavailable : Fault.None;
        await world.Worker.PoisonSweeper.SweepAsync(default);
        Assert.Equal(1, world.Account.PoisonOf(QueueKind.Interactive).Count);

        world.Worker.Connection.Faults = _ => Fault.None;
        await world.Schedule.Delay(TimeSpan.FromMinutes(3));
        await world.Worker.PoisonSweeper.SweepAsync(default);

        Assert.Equal(JobState.Succeeded, JobStates.Of(world, id));
        Assert.Equal(0, world.Account.PoisonOf(QueueKind.Interactive).Count);
    });

    [Fact]
    public void Queues_that_cannot_be_read_are_said() => World.Run(async world =>
    {
        world.Worker.Connection.Faults = _ => Fault.Unavailable;

        await World.AssertUnavailableAsync(() => world.Worker.PoisonSweeper.SweepAsync(default));
    });
}
