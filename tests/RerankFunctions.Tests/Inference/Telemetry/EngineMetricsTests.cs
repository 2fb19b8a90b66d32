using System.Diagnostics;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Caching;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Serving;
using RerankFunctions.Inference.Telemetry;
using RerankFunctions.Tests.Inference.Loading;
using RerankFunctions.Tests.Inference.Scoring;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Telemetry;

public sealed class EngineMetricsTests : IDisposable
{
    private const string Secret = "xyzzy";

    private readonly Measurements _measurements = new();

    public void Dispose() => _measurements.Dispose();

    [Fact]
    public async Task The_work_of_runs_is_counted_with_and_without_padding()
    {
        var (tokens, cells, runs) = (0, 0, new List<int>());
        await using var reranker = With(new FamilyTwin(pairs =>
        {
            tokens += pairs.Sum(pair => pair.Length);
            cells += pairs.Length * pairs.Max(pair => pair.Length);
            runs.Add(pairs.Length);
        }));

        await reranker.ScoreAsync(Request(200), null, default);

        Assert.Equal(tokens, _measurements.Sum("rerank.batch.tokens"));
        Assert.Equal(cells, _measurements.Sum("rerank.batch.cells"));
        Assert.Equal(runs.Select(rows => (double)rows), _measurements.Of("rerank.batch.rows"));
        Assert.Equal((double)cells / LoaderTwin.Cost.MaxTokens, _measurements.Sum("rerank.batch.fill"), 1e-9);
        Assert.Equal(runs.Count, _measurements.Of("rerank.run.duration").Length);
        Assert.All(_measurements.Of("rerank.run.duration"), seconds => Assert.True(seconds >= 0));
        Assert.Equal(200, _measurements.Sum("rerank.pairs", "rerank.source=run"));
        Assert.Equal(200, _measurements.Sum("rerank.pairs"));
        Assert.Equal(0, _measurements.Sum("rerank.run.errors"));
    }

    [Fact]
    public async Task Pairs_are_counted_by_where_their_scores_come_from()
    {
        await using var reranker = With(new FamilyTwin());
        await reranker.ScoreAsync(new ScoringRequest("q", ["a", "b", "b", "c", "b"]), null, default);
        await reranker.ScoreAsync(new ScoringRequest("q", ["a", "d", "b"]), null, default);

        Assert.Equal(4, _measurements.Sum("rerank.pairs", "rerank.source=run"));
        Assert.Equal(2, _measurements.Sum("rerank.pairs", "rerank.source=in_flight"));
        Assert.Equal(2, _measurements.Sum("rerank.pairs", "rerank.source=cache"));
        Assert.Equal(8, _measurements.Sum("rerank.pairs"));
    }

    [Fact]
    public async Task Pairs_whose_scores_processes_share_are_counted_as_such()
    {
        await using var reranker = TestModel.Reranker(
            new LoaderTwin(new FamilyTwin()), cacheBytes: 1 << 20, shared: new FirstIsKnown(), metrics: new EngineInstruments(_measurements.Meters));

        var scores = await reranker.ScoreAsync(new ScoringRequest("q", ["a", "b", "c"]), null, default);
        await reranker.ScoreAsync(new ScoringRequest("q", ["a"]), null, default);

        Assert.Equal(7, scores.Logits[0]);
        Assert.Equal(1, _measurements.Sum("rerank.pairs", "rerank.source=shared_cache"));
        Assert.Equal(1, _measurements.Sum("rerank.pairs", "rerank.source=cache"));
        Assert.Equal(2, _measurements.Sum("rerank.pairs", "rerank.source=run"));
    }

    [Fact]
    public async Task Runs_without_enough_memory_are_errors_and_lower_the_limit()
    {
        var failed = 0;
        await using var reranker = With(new FamilyTwin(pairs =>
        {
            if (pairs.Length * pairs.Max(pair => pair.Length) > 100)
            {
                failed++;
                throw new InsufficientMemoryException();
            }
        }));

        await reranker.ScoreAsync(Request(200), null, default);

        Assert.True(failed > 0);
        Assert.Equal(failed, _measurements.Sum("rerank.run.errors", "error.type=System.InsufficientMemoryException"));
        Assert.Equal(failed, _measurements.Of("rerank.run.duration", "error.type=System.InsufficientMemoryException").Length);
        Assert.Equal(failed, _measurements.Sum("rerank.backoffs"));
        Assert.Equal(200, _measurements.Sum("rerank.pairs"));
    }

    [Fact]
    public async Task Runs_with_a_prefix_are_counted_by_where_it_came_from()
    {
        var loader = new LoaderTwin(_ => Task.FromResult(TestModel.Load(TestModel.Own("qwen3-past-tiny"), "fp32")));
        await using var reranker = TestModel.Reranker(loader, metrics: new EngineInstruments(_measurements.Meters));
        var request = new ScoringRequest("Where does the ferry stop?", ["At the north pier.", "At six."]);

        await reranker.ScoreAsync(request, null, default);
        var (computed, kept) = (_measurements.Sum("rerank.prefixes", "rerank.source=run"), _measurements.Sum("rerank.prefixes", "rerank.source=cache"));
        await reranker.ScoreAsync(request, null, default);

        Assert.Equal(1, computed);
        Assert.Equal(1, _measurements.Sum("rerank.prefixes", "rerank.source=run"));
        Assert.True(_measurements.Sum("rerank.prefixes", "rerank.source=cache") > kept);
    }

    [Fact]
    public async Task Runs_that_fail_or_give_no_number_are_errors_of_their_kind()
    {
        await using var reranker = With(new FamilyTwin(logitOf: pair => pair == 3 ? float.NaN : pair));
        await Assert.ThrowsAsync<ScoringException>(() => reranker.ScoreAsync(Bulk(5, length: 10), null, default));
        await reranker.ScoreAsync(Bulk(1, length: 20), null, default);

        // In the run with the others, and alone.
        Assert.Equal(2, _measurements.Sum("rerank.run.errors", "error.type=scores_not_finite"));
        Assert.Equal(4 + 1, _measurements.Sum("rerank.pairs", "rerank.source=run"));
        Assert.Equal(0, _measurements.Sum("rerank.backoffs"));
    }

    [Fact]
    public async Task A_preparation_that_fails_is_an_error()
    {
        var prepared = 0;
        await using var reranker = With(new FamilyTwin(onPrepare: () =>
        {
            if (++prepared == 1)
            {
                throw new InvalidOperationException();
            }
        }));

        await reranker.ScoreAsync(Bulk(2, length: 10), null, default);

        Assert.Equal(1, _measurements.Sum("rerank.run.errors", "error.type=System.InvalidOperationException"));
    }

    [Fact]
    public async Task A_session_that_runs_nothing_any_more_is_counted_once_it_is_replaced()
    {
        var isBroken = false;
        await using var reranker = TestModel.Reranker(
            new LoaderTwin(load => Task.FromResult<IModelFamily>(new FamilyTwin(_ =>
            {
                if (load == 1 && isBroken)
                {
                    throw new ScoringException("The run failed.");
                }
            }))),
            metrics: new EngineInstruments(_measurements.Meters));
        await reranker.ScoreAsync(Request(1), null, default);
        Assert.Equal(0, _measurements.Sum("rerank.sessions.replaced"));
        isBroken = true;

        await reranker.ScoreAsync(Request(1), null, default);

        Assert.Equal(1, _measurements.Sum("rerank.sessions.replaced"));
    }

    [Fact]
    public async Task What_waits_is_seen_by_class_until_it_runs()
    {
        using var gate = new SemaphoreSlim(0);
        using var running = new SemaphoreSlim(0);
        await using var reranker = With(new FamilyTwin(_ =>
        {
            running.Release();
            gate.Wait();
        }));
        _measurements.Observe();
        Assert.Empty(_measurements.Of("rerank.waiting.pairs"));

        // A job that fills three runs: while the first runs, the second is prepared, and the third waits.
        var job = reranker.ScoreAsync(Bulk(3, length: 500), null, default);
        await running.WaitAsync();
        await Deadline.UntilAsync(() => Task.FromResult(Waiting("pairs", "bulk") == 1));

        Assert.Equal(500, Waiting("tokens", "bulk"));
        Assert.Equal(0, Waiting("pairs", "interactive"));
        gate.Release(3);
        await job;
        Assert.Equal(0, Waiting("pairs", "bulk"));
    }

    [Fact]
    public async Task A_request_is_a_span_with_its_numbers()
    {
        using var spans = new Spans();
        await using var reranker = With(new FamilyTwin());
        using (spans.Enter())
        {
            await reranker.ScoreAsync(new ScoringRequest(Secret, ["a", "bb", "bb"]), null, default);
        }

        var span = spans.Single("score");
        Assert.Equal(
            ["rerank.cached_tokens=2", "rerank.documents=3", "rerank.model=twin", "rerank.tokens=5", "rerank.work_class=interactive"],
            Spans.TagsOf(span).Order(StringComparer.Ordinal));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
    }

    [Fact]
    public async Task A_request_that_fails_is_a_span_with_an_error_and_no_text()
    {
        using var spans = new Spans();
        await using var reranker = With(new FamilyTwin(_ => throw new InsufficientMemoryException(Secret)));
        using (spans.Enter())
        {
            await Assert.ThrowsAsync<InsufficientMemoryException>(() => reranker.ScoreAsync(new ScoringRequest(Secret, [Secret]), null, default));
        }

        var span = spans.Single("score");
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Null(span.StatusDescription);
        Assert.Contains("error.type=System.InsufficientMemoryException", Spans.TagsOf(span));
        Assert.Empty(span.Events);
        Assert.DoesNotContain(spans.Tags.Concat(_measurements.Tags), tag => tag.Contains(Secret, StringComparison.Ordinal));
    }

    private static ScoringRequest Request(int documents) =>
        new(Secret, [.. Enumerable.Range(0, documents).Select(i => $"{i:000}{new string('a', i * 37 % 90)}")]);

    private static ScoringRequest Bulk(int documents, int length) =>
        new("q", [.. Enumerable.Range(0, documents).Select(i => new string((char)('a' + i), length))]) { WorkClass = WorkClass.Bulk };

    private sealed class FirstIsKnown : ISharedScores
    {
        public ValueTask<int> GetAsync(ReadOnlyMemory<PairKey> keys, Memory<CachedScore?> scores, CancellationToken cancellationToken)
        {
            scores.Span[0] = new CachedScore(Logit: 7, Tokens: 1, DocumentTruncated: false, QueryTruncated: false);
            return ValueTask.FromResult(1);
        }

        public void Set(ReadOnlySpan<PairKey> keys, ReadOnlySpan<CachedScore> scores)
        {
            // Keeps nothing.
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private Reranker With(FamilyTwin twin) =>
        TestModel.Reranker(new LoaderTwin(twin), cacheBytes: 1 << 20, metrics: new EngineInstruments(_measurements.Meters));

    private double Waiting(string unit, string workClass)
    {
        _measurements.Observe();
        return _measurements.Of($"rerank.waiting.{unit}", $"rerank.work_class={workClass}")[^1];
    }
}
