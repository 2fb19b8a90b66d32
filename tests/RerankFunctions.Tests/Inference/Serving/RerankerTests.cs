using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Tests.Inference.Scoring;
using RerankFunctions.Inference.Serving;
using RerankFunctions.Tests.Inference.Loading;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Serving;

public sealed class RerankerTests
{
    private static readonly string[] Documents = [.. Enumerable.Range(0, 100).Select(i => new string((char)('a' + (i / 90)), 1 + (i * 37 % 90)))];

    [Fact]
    public async Task Logits_come_back_in_request_order_whatever_order_they_ran_in()
    {
        await using var reranker = With(new FamilyTwin());
        var scores = await reranker.ScoreAsync(new ScoringRequest("q", Documents), null, default);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (float)i), scores.Logits);
        Assert.Equal(Documents.Sum(document => document.Length), scores.TotalTokens);
    }

    [Fact]
    public async Task No_documents_give_no_logits()
    {
        await using var reranker = With(new FamilyTwin());
        Assert.Empty((await reranker.ScoreAsync(new ScoringRequest("q", []), null, default)).Logits);
    }

    [Fact]
    public async Task Progress_grows_to_the_number_of_documents()
    {
        await using var reranker = With(new FamilyTwin());
        var reports = new Reports();
        await reranker.ScoreAsync(new ScoringRequest("q", Documents), reports, default);
        Assert.Equal(Enumerable.Range(0, 100), reports.Seen.Select(score => score.Document).Order());
    }

    [Fact]
    public async Task Cancelling_ends_a_job_between_micro_batches()
    {
        using var cancel = new CancellationTokenSource();
        var runs = 0;
        await using var reranker = With(new FamilyTwin(_ =>
        {
            if (++runs == 2)
            {
                cancel.Cancel();
            }
        }));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reranker.ScoreAsync(new ScoringRequest("q", Documents), null, cancel.Token));
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task A_job_waits_for_the_model_only_as_long_as_it_is_not_cancelled()
    {
        var never = new TaskCompletionSource<IModelFamily>();
        await using var reranker = TestModel.Reranker(new LoaderTwin(_ => never.Task));
        using var cancel = new CancellationTokenSource();
        var job = reranker.ScoreAsync(new ScoringRequest("q", Documents), null, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => job);
        never.SetResult(new FamilyTwin());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task A_logit_that_is_no_number_is_an_error_and_other_jobs_go_on(float bad)
    {
        await using var reranker = With(new FamilyTwin(logitOf: pair => pair == 42 ? bad : pair));
        var failed = reranker.ScoreAsync(new ScoringRequest("q", Documents), null, default);
        var other = reranker.ScoreAsync(new ScoringRequest("q", Documents[..40]), null, default);
        var error = await Assert.ThrowsAsync<ScoringException>(() => failed);
        Assert.Contains("document 42", error.Message, StringComparison.Ordinal);
        Assert.Equal(40, (await other).Logits.Count);
    }

    [Fact]
    public async Task Jobs_side_by_side_run_one_micro_batch_at_a_time()
    {
        var twin = new FamilyTwin();
        await using var reranker = With(twin);
        var jobs = Enumerable.Range(0, 8).Select(_ => reranker.ScoreAsync(new ScoringRequest("q", Documents), null, default)).ToArray();
        foreach (var scores in await Task.WhenAll(jobs))
        {
            Assert.Equal(Enumerable.Range(0, 100).Select(i => (float)i), scores.Logits);
        }

        Assert.Equal(1, twin.RunsAtOnce);
    }

    [Fact]
    public async Task The_next_micro_batch_is_prepared_while_one_runs()
    {
        using var prepared = new SemaphoreSlim(0);
        var overlapped = new List<bool>();
        await using var reranker = With(
            new FamilyTwin(
                pairs =>
                {
                    // The own preparation comes first, then that of the next micro-batch; the shortest documents run last and have none behind them.
                    var isLast = Array.Exists(pairs, pair => pair.Length == 1);
                    prepared.Wait();
                    overlapped.Add(isLast || prepared.Wait(TimeSpan.FromMinutes(1)));
                    if (!isLast)
                    {
                        prepared.Release();
                    }
                },
                () => prepared.Release()));
        await reranker.ScoreAsync(new ScoringRequest("q", Documents), null, default);
        Assert.True(overlapped.Count > 1);
        Assert.DoesNotContain(false, overlapped);
    }

    [Fact]
    public async Task Only_documents_without_a_score_are_cut()
    {
        var twin = new FamilyTwin();
        await using var reranker = With(twin);
        var request = new ScoringRequest("q", ["a", "bb", "ccc"])
        {
            ChunksLongDocuments = true,
            Known = [new PairScore(0, 7, 1, false, false), new PairScore(2, 9, 3, false, false)],
        };
        Assert.Equal([7, 0, 9], (await reranker.ScoreAsync(request, null, default)).Logits);
        Assert.Equal(["bb"], twin.Cuts);

        request = request with { Known = [.. request.Known, new PairScore(1, 8, 2, false, false)] };
        Assert.Equal([7, 8, 9], (await reranker.ScoreAsync(request, null, default)).Logits);
        Assert.Single(twin.Cuts);
    }

    [Fact]
    public async Task A_job_past_its_deadline_is_not_run()
    {
        var time = new FakeTime();
        var runs = 0;
        await using var reranker = TestModel.Reranker(new LoaderTwin(new FamilyTwin(_ => runs++)), time);
        var late = new ScoringRequest("q", Documents) { Deadline = time.GetUtcNow() - TimeSpan.FromSeconds(1) };
        await Assert.ThrowsAsync<TimeoutException>(() => reranker.ScoreAsync(late, null, default));
        Assert.Equal(0, runs);
        var inTime = new ScoringRequest("q", Documents) { Deadline = time.GetUtcNow() + TimeSpan.FromDays(1000) };
        Assert.Equal(100, (await reranker.ScoreAsync(inTime, null, default)).Logits.Count);
    }

    [Fact]
    public async Task A_deadline_that_passes_ends_a_job_between_micro_batches()
    {
        var time = new FakeTime();
        var runs = 0;
        await using var reranker = TestModel.Reranker(
            new LoaderTwin(new FamilyTwin(_ =>
            {
                if (++runs == 2)
                {
                    time.FireNext();
                }
            })),
            time);
        var request = new ScoringRequest("q", Documents) { Deadline = time.GetUtcNow() + TimeSpan.FromHours(1) };
        await Assert.ThrowsAsync<TimeoutException>(() => reranker.ScoreAsync(request, null, default));
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task The_model_is_loaded_once_and_freed_at_the_end()
    {
        var twin = new FamilyTwin();
        var loader = new LoaderTwin(twin);
        var reranker = TestModel.Reranker(loader);
        Assert.Equal(new ModelState(ModelStatus.Loading), reranker.StateOf(null));
        await Task.WhenAll(reranker.GetModelAsync(null, default), reranker.GetModelAsync(null, default));
        await reranker.ScoreAsync(new ScoringRequest("q", Documents), null, default);
        Assert.Equal(1, loader.Tries);
        Assert.Equal(new ModelState(ModelStatus.Ready, twin.Description), reranker.StateOf(null));
        Assert.False(twin.IsDisposed);
        await reranker.DisposeAsync();
        Assert.True(twin.IsDisposed);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reranker.GetModelAsync(null, default));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reranker.ScoreAsync(new ScoringRequest("q", Documents), null, default));
    }

    [Fact]
    public async Task Disposal_frees_the_model_after_the_run_under_way_and_no_other_starts()
    {
        var running = new TaskCompletionSource();
        using var gate = new SemaphoreSlim(0);
        var twin = new FamilyTwin(_ =>
        {
            running.TrySetResult();
            gate.Wait();
        });
        var reranker = With(twin);
        var job = reranker.ScoreAsync(new ScoringRequest("q", Documents), null, default);
        await running.Task;
        var disposal = reranker.DisposeAsync().AsTask();
        Assert.False(twin.IsDisposed);
        gate.Release(1000);
        await disposal;
        Assert.True(twin.IsDisposed);
        var runs = twin.Runs;
        await Task.WhenAny(job).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(runs, twin.Runs);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_fails_every_call_with_the_reason()
    {
        await using var reranker = TestModel.Reranker(new LoaderTwin(_ => throw new ModelLoadException("config.json is missing.")));
        for (var i = 0; i < 2; i++)
        {
            var error = await Assert.ThrowsAsync<ModelLoadException>(() => reranker.GetModelAsync(null, default));
            Assert.Equal("config.json is missing.", error.Message);
        }

        Assert.Equal(
            new ModelState(ModelStatus.Failed, Failure: new ModelFailure(ModelFailureCodes.ModelInvalid, "config.json is missing.", IsTransient: false)),
            reranker.StateOf(null));
    }

    private static Reranker With(FamilyTwin twin) => TestModel.Reranker(new LoaderTwin(twin));
}
