using RerankFunctions.Batches.Settings;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Tests.Batches.Fakes;
using RerankFunctions.Tests.Jobs.Fakes;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Batches.Telemetry;

public sealed class BatchMetricsTests : IDisposable
{
    private const string Completed = "rerank.chunk.outcome=completed";
    private const string Bad = """{"custom_id":"c4","query":"","documents":["d"]}""";

    private readonly Measurements _measurements = new();
    private readonly BatchMetrics _metrics;

    public BatchMetricsTests() => _metrics = new BatchMetrics(_measurements.Meters);

    public void Dispose() => _measurements.Dispose();

    [Fact]
    public void A_batch_that_completes_is_counted_with_its_lines_chunks_and_times() => Run(async world =>
    {
        world.Worker.Reranker.Duration = () => TimeSpan.FromSeconds(20);
        world.Files.Put(BatchWorld.Input, $"{BatchWorld.Lines(4)}\n{Bad}");

        await world.RunToEndAsync();

        var chunks = (await world.ReadAsync()).Chunks.Total;
        Assert.Equal([1], _measurements.Of("rerank.batches.accepted"));
        Assert.Equal(4, _measurements.Sum("rerank.batch.lines", "rerank.line.status=completed"));
        Assert.Equal(1, _measurements.Sum("rerank.batch.lines", "rerank.line.status=failed"));
        Assert.Equal(5, _measurements.Sum("rerank.batch.lines"));
        Assert.Equal(chunks, _measurements.Sum("rerank.chunk.attempts", Completed));
        Assert.Equal(chunks, _measurements.Sum("rerank.chunk.attempts"));
        Assert.Equal(chunks, _measurements.Of("rerank.chunk.duration").Length);
        Assert.Contains(_measurements.Of("rerank.chunk.duration"), seconds => seconds is >= 20 and < 30);
        Assert.InRange(Assert.Single(_measurements.Of("rerank.batch.duration", "rerank.batch.status=completed")), 20, 120);
        Assert.Empty(_measurements.Of("rerank.batches.recovered"));
        Assert.DoesNotContain(_measurements.Tags, tag => tag.StartsWith("error.type", StringComparison.Ordinal));
    });

    [Fact]
    public void A_batch_that_fails_is_counted_with_its_code() => Run(async world =>
    {
        world.Files.Put(BatchWorld.Input, $"{BatchWorld.Secret},{BatchWorld.Secret}\n");

        await world.RunToEndAsync();

        Assert.Single(_measurements.Of("rerank.batch.duration"));
        Assert.Single(_measurements.Of("rerank.batch.duration", "rerank.batch.status=failed", "error.type=not_json_lines"));
        Assert.Empty(_measurements.Of("rerank.chunk.attempts"));
        Assert.DoesNotContain(_measurements.Tags, tag => tag.Contains(BatchWorld.Secret, StringComparison.Ordinal));
    });

    [Fact]
    public void A_cancelled_batch_loses_the_chunks_that_were_in_work() => Run(async world =>
    {
        world.Files.Put(BatchWorld.Input, BatchWorld.Lines(40));
        world.Worker.Reranker.Duration = () => TimeSpan.FromSeconds(20);
        await world.RunUntilAsync(() => world.Account.Chunks.Sent.Count > 6);

        await world.Worker.Reader.CancelAsync((await world.ReadAsync()).Id, default);
        await world.RunToEndAsync();

        Assert.Single(_measurements.Of("rerank.batch.duration", "rerank.batch.status=cancelled"));
        Assert.Single(_measurements.Of("rerank.batch.duration"));
        Assert.True(_measurements.Sum("rerank.chunk.attempts", Completed) > 0);
    });

    [Fact]
    public void A_batch_that_takes_too_long_is_counted_when_it_expires() => Run(
        async world =>
        {
            world.Files.Put(BatchWorld.Input, BatchWorld.Lines(40));
            world.Worker.Reranker.Duration = () => TimeSpan.FromMinutes(1);

            await world.RunToEndAsync();

            Assert.InRange(Assert.Single(_measurements.Of("rerank.batch.duration", "rerank.batch.status=expired")), 300, 360);
            Assert.Single(_measurements.Of("rerank.batch.duration"));
        },
        new BatchOptions { ChunkPairs = 6, MaxChunksInFlight = 3, CompletionWindow = "5m" });

    [Fact]
    public void An_attempt_that_fails_is_retried_and_not_completed() => Run(async world =>
    {
        var failures = 2;
        world.Files.Put(BatchWorld.Input, BatchWorld.Line(0));
        world.Worker.Reranker.Faults = _ => failures-- > 0 ? new InvalidOperationException(BatchWorld.Secret) : null;

        await world.RunToEndAsync();

        Assert.Equal(2, _measurements.Sum("rerank.chunk.attempts", "rerank.chunk.outcome=retried"));
        Assert.Equal(1, _measurements.Sum("rerank.chunk.attempts", Completed));
        Assert.Single(_measurements.Of("rerank.chunk.duration"));
    });

    [Fact]
    public void An_attempt_that_a_shutdown_ends_is_interrupted() => Run(async world =>
    {
        world.Files.Put(BatchWorld.Input, BatchWorld.Line(0));
        world.Worker.Reranker.Duration = () => TimeSpan.FromMinutes(5);
        await RunWhileAsync(world, () =>
        {
            world.Worker.Drain.Begin(TimeSpan.Zero);
            world.Worker = world.Start(_metrics);
        });

        Assert.Equal([1], _measurements.Of("rerank.chunk.attempts", "rerank.chunk.outcome=interrupted"));
        Assert.Equal([1], _measurements.Of("rerank.chunk.attempts", Completed));
    });

    [Fact]
    public void An_attempt_that_cannot_renew_its_lease_has_lost_it() => Run(async world =>
    {
        world.Files.Put(BatchWorld.Input, BatchWorld.Line(0));
        world.Worker.Reranker.Duration = () => TimeSpan.FromMinutes(5);
        await RunWhileAsync(world, () =>
        {
            // Long enough that another worker takes the chunk over.
            var back = world.Schedule.Time.GetUtcNow().AddSeconds(100);
            world.Worker.Connection.Faults = call =>
                call.StartsWith("replace batches/", StringComparison.Ordinal) && world.Schedule.Time.GetUtcNow() < back ? Fault.Unavailable : Fault.None;
            world.Worker = world.Start(_metrics);
        });

        Assert.Equal([1], _measurements.Of("rerank.chunk.attempts", "rerank.chunk.outcome=lease_lost"));
        Assert.Equal([1], _measurements.Of("rerank.chunk.attempts", Completed));
    });

    [Fact]
    public void The_message_for_a_killed_workers_chunk_is_counted() => Run(async world =>
    {
        world.Files.Put(BatchWorld.Input, BatchWorld.Line(0));
        world.Worker.Reranker.Duration = () => TimeSpan.FromMinutes(5);
        await RunWhileAsync(world, () =>
        {
            world.Worker.Connection.Crash();
            world.Worker = world.Start(_metrics);
        });

        Assert.Equal([1], _measurements.Of("rerank.batches.recovered"));
        Assert.Equal([1], _measurements.Of("rerank.chunk.attempts"));
    });

    /// <summary>Runs a batch to its end, with a change once a worker scores it.</summary>
    private static async Task RunWhileAsync(BatchWorld world, Action change)
    {
        var running = world.RunToEndAsync();
        while (world.Worker.Reranker.Runs == 0)
        {
            await world.Schedule.Delay(TimeSpan.FromSeconds(1));
        }

        change();
        await running;
    }

    private void Run(Func<BatchWorld, Task> test, BatchOptions? options = null) => BatchWorld.Run(
        world =>
        {
            world.Worker = world.Start(_metrics);
            return test(world);
        },
        options);
}
