using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Scoring;

namespace RerankFunctions.Tests.Inference.Scoring;

public sealed class RerankerTests
{
    private static readonly string[] Documents = [.. Enumerable.Range(0, 100).Select(i => new string('x', 1 + (i * 37 % 90)))];

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
        Assert.True(reports.Seen.Count > 1);
        Assert.Equal(reports.Seen.Order().Distinct(), reports.Seen);
        Assert.Equal(100, reports.Seen[^1]);
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
        await using var reranker = new Reranker(_ => never.Task, new ScoringOptions());
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
    public async Task Jobs_side_by_side_take_turns_and_run_one_at_a_time()
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
    public async Task The_model_is_loaded_once_and_freed_at_the_end()
    {
        var twin = new FamilyTwin();
        var loads = 0;
        var reranker = new Reranker(
            _ =>
            {
                loads++;
                return Task.FromResult<IModelFamily>(twin);
            },
            new ScoringOptions());
        Assert.Equal(new ModelState(ModelStatus.Loading), reranker.State);
        await Task.WhenAll(reranker.GetModelAsync(default), reranker.GetModelAsync(default));
        Assert.Equal(1, loads);
        Assert.Equal(new ModelState(ModelStatus.Ready, twin.Description), reranker.State);
        Assert.False(twin.IsDisposed);
        await reranker.DisposeAsync();
        Assert.True(twin.IsDisposed);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reranker.GetModelAsync(default));
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_fails_every_call_with_the_reason()
    {
        await using var reranker = new Reranker(_ => throw new ModelLoadException("config.json is missing."), new ScoringOptions());
        for (var i = 0; i < 2; i++)
        {
            var error = await Assert.ThrowsAsync<ModelLoadException>(() => reranker.GetModelAsync(default));
            Assert.Equal("config.json is missing.", error.Message);
        }

        Assert.Equal(
            new ModelState(ModelStatus.Failed, Failure: new ModelFailure(ModelFailureCodes.ModelInvalid, "config.json is missing.", IsTransient: false)),
            reranker.State);
    }

    private static Reranker With(FamilyTwin twin) => new(_ => Task.FromResult<IModelFamily>(twin), new ScoringOptions());

    private sealed class Reports : IProgress<int>
    {
        public List<int> Seen { get; } = [];

        public void Report(int value) => Seen.Add(value);
    }
}
