using Microsoft.Extensions.Logging.Abstractions;
using RerankFunctions.Inference.Caching;
using RerankFunctions.Tests.Support;
using static RerankFunctions.Tests.Inference.Caching.CachingSettings;

namespace RerankFunctions.Tests.Inference.Caching;

public sealed class RedisWriterTests
{
    private const int Queued = 16_384;
    private const int OneBatch = 256;

    [Fact]
    public async Task Scores_beyond_the_queue_are_dropped_without_a_wait()
    {
        var gate = new TaskCompletionSource();
        var stored = 0;
        await using var writer = new RedisWriter(
            async batch =>
            {
                await gate.Task;
                Interlocked.Add(ref stored, batch.Count);
            },
            new FakeTime(),
            NullLogger.Instance);

        for (var number = 0; number < 100_000; number++)
        {
            writer.Add(Key(number), Score(number));
        }

        gate.SetResult();
        await Deadline.UntilAsync(() => Volatile.Read(ref stored) >= Queued);
        Assert.InRange(stored, Queued, Queued + OneBatch);
    }
}
