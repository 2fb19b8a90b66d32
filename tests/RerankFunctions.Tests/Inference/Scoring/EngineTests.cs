using Microsoft.Extensions.Logging;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Serving;
using RerankFunctions.Tests.Inference.Loading;
using RerankFunctions.Tests.ModelSources;

namespace RerankFunctions.Tests.Inference.Scoring;

/// <summary>Jobs beside each other on one model, and what follows from its faults.</summary>
public sealed class EngineTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_prepared_micro_batch_gives_way_to_more_urgent_work()
    {
        var queries = new List<string>();
        using var started = new SemaphoreSlim(0);
        using var gate = new SemaphoreSlim(0);
        await using var reranker = With(new FamilyTwin(pairs =>
        {
            queries.Add(FamilyTwin.QueryOf(pairs[0]));
            started.Release();
            gate.Wait(Long);
        }));
        var large = reranker.ScoreAsync(Request("large", 400, length: 400), null, default);
        await started.WaitAsync();
        var small = reranker.ScoreAsync(Request("small", 1, length: 20), null, default);
        var bulk = reranker.ScoreAsync(Request("bulk", 1, length: 10) with { WorkClass = WorkClass.Bulk }, null, default);

        // One run after the other, until the small job is done.
        while (!small.IsCompleted)
        {
            gate.Release();
            await Task.WhenAny(started.WaitAsync(), small);
        }

        gate.Release(1_000);
        await Task.WhenAll(large, small, bulk);
        var position = queries.IndexOf("small");
        Assert.InRange(position, 1, 399);
        Assert.Equal("large", queries[position + 1]);
        Assert.True(queries.IndexOf("bulk") > position);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(99)]
    public async Task A_pair_that_fails_its_runs_fails_its_job_alone(int bad)
    {
        await using var reranker = With(new FamilyTwin(pairs =>
        {
            if (Array.Exists(pairs, pair => FamilyTwin.QueryOf(pair) == "bad" && pair.Index == bad))
            {
                throw new ScoringException("A pair fails.");
            }
        }));
        var failing = reranker.ScoreAsync(Request("bad", 100, length: 10), null, default);
        var others = Enumerable.Range(0, 5).Select(job => reranker.ScoreAsync(Request($"good {job}", 50, length: 10), null, default)).ToArray();
        await Assert.ThrowsAsync<ScoringException>(() => failing);
        foreach (var scores in await Task.WhenAll(others))
        {
            Assert.Equal(Enumerable.Range(0, 50).Select(i => (float)i), scores.Logits);
        }
    }

    [Fact]
    public async Task Runs_that_have_not_enough_memory_are_repeated_in_smaller_ones()
    {
        var cells = new List<int>();
        await using var reranker = With(new FamilyTwin(pairs =>
        {
            cells.Add(pairs.Length * pairs.Max(pair => pair.Length));
            if (cells[^1] > 100)
            {
                throw new InsufficientMemoryException();
            }
        }));
        var scores = await reranker.ScoreAsync(Request("q", 200, length: 10), null, default);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (float)i), scores.Logits);
        Assert.InRange(cells.Count(size => size > 100), 1, 10);
    }

    [Fact]
    public async Task A_pair_that_has_not_enough_memory_alone_fails_its_job()
    {
        await using var reranker = With(new FamilyTwin(pairs =>
        {
            if (Array.Exists(pairs, pair => FamilyTwin.QueryOf(pair) == "large"))
            {
                throw new InsufficientMemoryException();
            }
        }));
        await Assert.ThrowsAsync<InsufficientMemoryException>(() => reranker.ScoreAsync(Request("large", 3, length: 10), null, default));
        Assert.Equal(3, (await reranker.ScoreAsync(Request("small", 3, length: 10), null, default)).Logits.Count);
    }

    [Fact]
    public async Task A_session_that_breaks_is_loaded_again_and_no_job_pays()
    {
        var runs = 0;
        var breaking = new FamilyTwin(_ =>
        {
            if (++runs > 2)
            {
                throw new ScoringException("The device is lost.");
            }
        });
        var loader = new LoaderTwin(attempt => Task.FromResult<IModelFamily>(attempt == 1 ? breaking : new FamilyTwin()));
        await using var reranker = TestModel.Reranker(loader);
        var jobs = Enumerable.Range(0, 3).Select(job => reranker.ScoreAsync(Request($"q {job}", 100, length: 50), null, default)).ToArray();
        foreach (var scores in await Task.WhenAll(jobs))
        {
            Assert.Equal(Enumerable.Range(0, 100).Select(i => (float)i), scores.Logits);
        }

        Assert.Equal(2, loader.Tries);
        Assert.True(breaking.IsDisposed);
        Assert.Equal(ModelStatus.Ready, reranker.StateOf(null).Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    public async Task A_pair_that_breaks_every_session_fails_its_job_and_the_model_goes_on(long cacheBytes)
    {
        var loader = new LoaderTwin(_ => Task.FromResult<IModelFamily>(Fragile()));
        var log = new LogRecord();
        await using var reranker = TestModel.Reranker(loader, cacheBytes: cacheBytes, logger: new Logger<ResidentModels>(new LoggerFactory([log])));
        await reranker.ScoreAsync(Request("good", 5, length: 10), null, default);
        await Assert.ThrowsAsync<ScoringException>(() => reranker.ScoreAsync(Request("bad", 20, length: 10), null, default));
        Assert.Equal(20, (await reranker.ScoreAsync(Request("other", 20, length: 10), null, default)).Logits.Count);
        Assert.Equal(ModelStatus.Ready, reranker.StateOf(null).Status);
        Assert.Equal(3, loader.Tries);
        Assert.Contains(log.Lines, line => line.Message.Contains("The device is lost.", StringComparison.Ordinal));

        static FamilyTwin Fragile()
        {
            var isBroken = false;
            return new FamilyTwin(pairs =>
            {
                isBroken |= Array.Exists(pairs, pair => FamilyTwin.QueryOf(pair) == "bad" && pair.Index == 7);
                if (isBroken)
                {
                    throw new ScoringException("The device is lost.");
                }
            });
        }
    }

    [Fact]
    public async Task A_model_whose_runs_all_fail_makes_the_process_unready()
    {
        var loader = new LoaderTwin(_ => Task.FromResult<IModelFamily>(new FamilyTwin(_ => throw new ScoringException("The device is lost."))));
        await using var reranker = TestModel.Reranker(loader);
        var error = await Assert.ThrowsAsync<ModelLoadException>(() => reranker.ScoreAsync(Request("q", 10, length: 10), null, default));
        Assert.Equal(ModelFailureCodes.RunsFail, error.Code);
        Assert.Equal(ModelStatus.Failed, reranker.StateOf(null).Status);
        Assert.Equal(1, loader.Tries);
    }

    [Fact]
    public async Task Equal_pairs_of_jobs_side_by_side_run_once()
    {
        var pairs = 0;
        using var gate = new SemaphoreSlim(0);
        var family = new FamilyTwin(run =>
        {
            gate.Wait(Long);
            pairs += run.Length;
        });
        await using var reranker = TestModel.Reranker(new LoaderTwin(family), cacheBytes: 1 << 20);
        var jobs = Enumerable.Range(0, 4).Select(_ => reranker.ScoreAsync(Request("same", 20, length: 30), null, default)).ToArray();
        var alone = reranker.ScoreAsync(Request("other", 1, length: 1), null, default);
        gate.Release(1_000);
        var scores = await Task.WhenAll(jobs);
        await alone;
        Assert.Equal(21, pairs);
        Assert.All(scores, each => Assert.Equal(scores[0].Logits, each.Logits));
        Assert.All(scores, each => Assert.Equal(20 * 30, each.TotalTokens));
        Assert.Equal(3 * 20 * 30, scores.Sum(each => each.CachedTokens));
    }

    [Fact]
    public async Task A_cancelled_job_does_not_take_equal_pairs_of_others_with_it()
    {
        using var gate = new SemaphoreSlim(0);
        var running = new TaskCompletionSource();
        await using var reranker = With(new FamilyTwin(_ =>
        {
            running.TrySetResult();
            gate.Wait(Long);
        }));
        using var cancel = new CancellationTokenSource();
        var first = reranker.ScoreAsync(Request("same", 60, length: 100), null, cancel.Token);
        await running.Task;
        var second = reranker.ScoreAsync(Request("same", 60, length: 100), null, default);
        await cancel.CancelAsync();
        gate.Release(1_000);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => (float)i), (await second).Logits);
    }

    [Fact]
    public async Task Known_scores_are_not_computed_again()
    {
        var pairs = 0;
        await using var reranker = TestModel.Reranker(new LoaderTwin(new FamilyTwin(run => pairs += run.Length)), cacheBytes: 1 << 20);
        var first = await reranker.ScoreAsync(Request("q", 30, length: 20), null, default);
        var again = await reranker.ScoreAsync(Request("q", 40, length: 20), null, default);
        Assert.Equal(40, pairs);
        Assert.Equal(0, first.CachedTokens);
        Assert.Equal(30 * 20, again.CachedTokens);
        Assert.Equal(40 * 20, again.TotalTokens);
        Assert.Equal(first.Logits, again.Logits.Take(30));
    }

    [Fact]
    public async Task A_request_that_does_not_wait_is_refused_while_the_engine_is_full()
    {
        using var gate = new SemaphoreSlim(0);
        var running = new TaskCompletionSource();
        var family = new FamilyTwin(_ =>
        {
            running.TrySetResult();
            gate.Wait(Long);
        });
        await using var reranker = TestModel.Reranker(new LoaderTwin(family), scoring: new ScoringOptions { MaxWaitingTokens = 100 });
        var first = reranker.ScoreAsync(Request("first", 10, length: 20), null, default);
        await running.Task;
        var waiting = reranker.ScoreAsync(Request("second", 10, length: 20), null, default);
        await Assert.ThrowsAsync<EngineFullException>(() =>
            reranker.ScoreAsync(Request("third", 1, length: 20) with { WaitsForPlace = false }, null, default));
        Assert.False(waiting.IsCompleted);
        gate.Release(1_000);
        Assert.Equal(10, (await first).Logits.Count);
        Assert.Equal(10, (await waiting).Logits.Count);
    }

    private static Reranker With(FamilyTwin twin) => TestModel.Reranker(new LoaderTwin(twin));

    /// <summary>A request whose documents differ and have one length.</summary>
    private static ScoringRequest Request(string query, int documents, int length) =>
        new(query, [.. Enumerable.Range(0, documents).Select(i => $"{i}".PadLeft(length, 'x')[^length..])]);
}
