using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Scoring;

namespace RerankFunctions.Tests.Inference.Scoring;

public sealed class MicroBatchRunnerTests
{
    private static readonly string[] Documents = ["a", "b"];

    [Fact]
    public async Task Micro_batches_run_in_the_order_in_which_they_were_asked_for()
    {
        string[] order = ["first", "first", "second", "first", "second", "third", "second"];
        var runs = new List<string>();
        var preparations = 0;
        using var prepared = new SemaphoreSlim(0);

        // Like a real run, each is longer than the preparation of the next.
        using var family = new FamilyTwin(
            pairs =>
            {
                runs.Add(FamilyTwin.QueryOf(pairs[0]));
                Assert.True(runs.Count == order.Length || prepared.Wait(TimeSpan.FromMinutes(1)));
            },
            () =>
            {
                if (Interlocked.Increment(ref preparations) > 1)
                {
                    prepared.Release();
                }
            });
        await using var runner = new MicroBatchRunner(family);
        var started = order.Select(query => runner.StartAsync(Pairs(family, query), default)).ToArray();

        await Task.WhenAll(await Task.WhenAll(started));

        Assert.Equal(order, runs);
    }

    [Fact]
    public async Task A_cancelled_wait_takes_no_turn()
    {
        var runs = new List<string>();
        using var gate = new SemaphoreSlim(0);
        using var family = new FamilyTwin(pairs =>
        {
            gate.Wait();
            runs.Add(FamilyTwin.QueryOf(pairs[0]));
        });
        await using var runner = new MicroBatchRunner(family);
        using var cancel = new CancellationTokenSource();
        var first = await runner.StartAsync(Pairs(family, "first"), default);
        var prepared = runner.StartAsync(Pairs(family, "prepared"), cancel.Token);
        var waiting = runner.StartAsync(Pairs(family, "waiting"), cancel.Token);
        var last = runner.StartAsync(Pairs(family, "last"), default);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => prepared);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.Release(2);
        await first;
        await await last;

        Assert.Equal(["first", "last"], runs);
    }

    [Fact]
    public async Task A_failed_run_fails_alone()
    {
        using var family = new FamilyTwin(pairs =>
        {
            if (FamilyTwin.QueryOf(pairs[0]) == "bad")
            {
                throw new ScoringException("The run failed.");
            }
        });
        await using var runner = new MicroBatchRunner(family);
        for (var i = 0; i < 3; i++)
        {
            var bad = await runner.StartAsync(Pairs(family, "bad"), default);
            await Assert.ThrowsAsync<ScoringException>(() => bad);
        }

        var good = await runner.StartAsync(Pairs(family, "good"), default);
        var logits = await good;
        Assert.Equal([0f, 1f], logits);
    }

    private static EncodedPair[] Pairs(FamilyTwin family, string query)
    {
        var job = family.Encode(new ScoringRequest(query, Documents), default);
        return [new(job, 0), new(job, 1)];
    }
}
