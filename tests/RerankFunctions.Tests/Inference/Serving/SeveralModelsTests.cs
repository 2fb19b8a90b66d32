using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Serving;

namespace RerankFunctions.Tests.Inference.Serving;

/// <summary>Requests for several models: each gets the scores of its own, whatever is loaded and whatever fails.</summary>
public sealed class SeveralModelsTests
{
    private static readonly string[] Documents = ["a", "bb", "ccc"];

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(1)]
    public async Task Each_request_gets_the_scores_of_its_model(long budget)
    {
        var twin = new ModelsTwin(("a", 1), ("b", 1));
        await using var reranker = With(twin, budget);
        var requests = Enumerable.Range(0, 50).Select(async i =>
        {
            var scores = await reranker.ScoreAsync(Request(i % 2 == 0 ? "a" : "b"), null, default);
            Assert.Equal(i % 2 == 0 ? [0f, 1, 2] : [1000f, 1001, 1002], scores.Logits);
        });

        await Task.WhenAll(requests).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.InRange(twin.MostBytes, 1, budget == 0 ? 2 : budget);
    }

    [Fact]
    public async Task A_request_without_a_model_gets_the_default_one_and_aliases_their_own()
    {
        var catalog = new ModelCatalog([new ModelDefinition("a", "a"), new ModelDefinition("b", "b") { Aliases = ["c"] }], "a");
        await using var reranker = TestModel.Reranker(new ModelsTwin(("a", 1), ("b", 1)), models: catalog);
        Assert.Equal(0, (await reranker.ScoreAsync(Request(null), null, default)).Logits[0]);
        Assert.Equal(1000, (await reranker.ScoreAsync(Request("c"), null, default)).Logits[0]);
    }

    [Fact]
    public async Task A_model_that_is_not_served_is_an_error_with_its_code()
    {
        await using var reranker = With(new ModelsTwin(("a", 1)), budget: 0);
        var failures = new[]
        {
            await Assert.ThrowsAsync<ModelLoadException>(() => reranker.ScoreAsync(Request("b"), null, default)),
            await Assert.ThrowsAsync<ModelLoadException>(() => reranker.GetModelAsync("b", default)),
        };
        Assert.All(failures, failure => Assert.Equal(ModelFailureCodes.NotServed, failure.Code));
        Assert.Equal(ModelFailureCodes.NotServed, reranker.StateOf("b").Failure?.Code);
    }

    [Fact]
    public async Task Known_scores_need_no_model_in_memory()
    {
        var twin = new ModelsTwin(("a", 1), ("b", 1));
        await using var reranker = With(twin, budget: 1, cacheBytes: 1 << 20);
        foreach (var model in new[] { "a", "b", "a" })
        {
            await reranker.ScoreAsync(Request(model), null, default);
        }

        Assert.Equal(1, twin.LoadsOf("a"));
        Assert.Equal(ModelStatus.Unloaded, reranker.StateOf("a").Status);
    }

    [Fact]
    public async Task A_session_that_runs_nothing_any_more_is_replaced_while_the_other_model_scores_on()
    {
        var isBroken = false;
        var twin = new ModelsTwin(("a", 1), ("b", 1))
        {
            OnRun = (model, load) =>
            {
                if (isBroken && (model, load) == ("b", 1))
                {
                    throw new ScoringException("The run failed.");
                }
            },
        };
        await using var reranker = With(twin, budget: 2);
        await reranker.ScoreAsync(Request("a"), null, default);
        await reranker.ScoreAsync(Request("b"), null, default);
        isBroken = true;

        var broken = reranker.ScoreAsync(Request("b"), null, default);
        Assert.Equal(0, (await reranker.ScoreAsync(Request("a"), null, default)).Logits[0]);

        Assert.Equal(1000, (await broken).Logits[0]);
        Assert.Equal((1, 2, 2L), (twin.LoadsOf("a"), twin.LoadsOf("b"), twin.MostBytes));
    }

    private static ScoringRequest Request(string? model) => new("q", Documents) { Model = model };

    private static Reranker With(ModelsTwin twin, long budget, long cacheBytes = 0) => TestModel.Reranker(
        twin, models: twin.Catalog, cacheBytes: cacheBytes, options: new ModelOptions { ModelMemoryBytes = budget, ModelMinResidency = TimeSpan.Zero });
}
