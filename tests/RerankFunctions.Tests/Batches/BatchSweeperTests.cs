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

    [Theory]
    [InlineData(null)]
    [InlineData("""{"active":[]}""")]
    public void What_a_batch_without_a_readable_state_has_left_is_deleted(string? state) => BatchWorld.Run(async world =>
    {
        var id = await StartAsync(world, "a");
        world.Account.Delete($"batches/{id}.json");
        if (state is not null)
        {
            world.Account.Put($"batches/{id}.json", state);
        }

        world.Account.Put($"batch-work/{id}/texts/00000.jsonl", BatchWorld.Secret);

        await world.Worker.Sweeper.SweepAsync(default);

        Assert.DoesNotContain(world.Account.Names, name => !name.StartsWith("batches/", StringComparison.Ordinal));
    });

    [Fact]
    public void A_state_that_is_written_while_the_sweeper_looks_keeps_its_work() => BatchWorld.Run(async world =>
    {
        var id = await StartAsync(world, "a");
        var state = world.Account.Text($"batches/{id}.json");
        world.Account.Delete($"batches/{id}.json");
        world.Worker.Connection.Faults = call =>
        {
            if (call.StartsWith("list batch-work/", StringComparison.Ordinal))
            {
                world.Account.Put($"batches/{id}.json", state);
                world.Account.Put($"batch-work/{id}/chunks/00000.json", "[]");
            }

            return Fault.None;
        };

        await world.Worker.Sweeper.SweepAsync(default);

        Assert.Contains($"batch-work/{id}/chunks/00000.json", world.Account.Names);
        Assert.Contains($"active-batches/{id}", world.Account.Names);
    });

    [Fact]
    public void A_claim_that_a_batch_has_taken_over_outlives_retention() => BatchWorld.Run(async world =>
    {
        world.Account.Put("batch-outputs/kept", "old");
        world.Account.Put("batch-outputs/old", "old");
        await world.Schedule.Delay(TimeSpan.FromDays(30));
        world.Worker.Connection.Faults = call =>
        {
            if (call == "delete batch-outputs/kept")
            {
                world.Account.Put("batch-outputs/kept", "new");
            }

            return Fault.None;
        };

        await world.Worker.Retention.ExpireAsync(default);

        Assert.Equal(["batch-outputs/kept"], world.Account.Names);
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
