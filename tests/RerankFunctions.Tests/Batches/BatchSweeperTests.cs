using RerankFunctions.Jobs.Storage;
using RerankFunctions.Tests.Batches.Fakes;
using RerankFunctions.Tests.Jobs.Fakes;

namespace RerankFunctions.Tests.Batches;

public sealed class BatchSweeperTests
{
    [Fact]
    public void Storage_that_is_down_is_said_and_the_next_sweep_goes_on() => BatchWorld.Run(async world =>
    {
        await StartAsync(world, "a");
        world.Worker.Connection.Faults = call => call.StartsWith("read batches/", StringComparison.Ordinal) ? Fault.Unavailable : Fault.None;

        await Assert.ThrowsAsync<StorageUnavailableException>(() => world.Worker.Sweeper.SweepAsync(default));
        world.Worker.Connection.Faults = _ => Fault.None;
        await world.Worker.Sweeper.SweepAsync(default);

        Assert.Equal(2, world.Account.Batches.Sent.Count);
    });

    [Fact]
    public void A_batch_that_cannot_be_read_keeps_no_other_back() => BatchWorld.Run(async world =>
    {
        var id = await StartAsync(world, "a");
        await StartAsync(world, "b");
        world.Worker.Connection.Faults = call => call == $"read batches/{id}.json" ? Fault.Unavailable : Fault.None;

        await world.Worker.Sweeper.SweepAsync(default);

        Assert.Equal(3, world.Account.Batches.Sent.Count);
    });

    /// <summary>Starts a batch whose message is hidden for longer than a sweep waits.</summary>
    private static async Task<string> StartAsync(BatchWorld world, string name)
    {
        world.Files.Put($"{BatchWorld.Drops}/{name}.jsonl", BatchWorld.Line(0));
        var batch = (await world.Worker.Start.StartAsync(new(BatchWorld.Drops, $"{name}.jsonl"), null, default))!;
        world.Account.Batches.Receive(TimeSpan.FromMinutes(10), world.Schedule.Random);
        await world.Schedule.Delay(TimeSpan.FromMinutes(1));
        return batch.Id.ToString();
    }
}
