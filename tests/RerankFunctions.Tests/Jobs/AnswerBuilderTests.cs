using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Answering;
using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Tests.Jobs;

public sealed class AnswerBuilderTests
{
    private static readonly RerankRequest Request = new() { Model = "demo", Query = "q", Documents = ["a", "b", "c", "d"] };

    private static RerankAnswer Build(RerankRequest request, params float[] logits) =>
        AnswerBuilder.Build(JobId.Create(TimeProvider.System), request, new PairScores(logits, 40, [], false) { CachedTokens = 30 });

    [Fact]
    public void Results_fall_by_logit_and_rise_by_index_among_equals()
    {
        // The first two differ as logits, while both relevance scores round to 1.
        var answer = Build(Request, 80f, 81f, -0f, 0f);

        Assert.Equal([1, 0, 2, 3], answer.Results.Select(result => result.Index));
        Assert.Equal([1, 1, 0.5, 0.5], answer.Results.Select(result => result.RelevanceScore));
        Assert.All(answer.Results, result => Assert.Null(result.Document));
        Assert.Equal(new RerankUsage(40, 0, 40, CachedTokens: 30), answer.Usage);
        Assert.Equal("2", answer.Meta.ApiVersion.Version);
        Assert.Equal(1, answer.Meta.BilledUnits.SearchUnits);
        Assert.Null(answer.Meta.Warnings);
    }

    [Fact]
    public void Raw_scores_are_the_logits_themselves()
    {
        var answer = Build(Request with { RawScores = true }, 0.1f, -12.345679f, 3f, 2f);

        Assert.Equal([3f, 2f, 0.1f, -12.345679f], answer.Results.Select(result => (float)result.RelevanceScore));
    }

    [Theory]
    [InlineData(null, 4)]
    [InlineData(1, 1)]
    [InlineData(4, 4)]
    [InlineData(1_000, 4)]
    public void Top_n_cuts_after_sorting(int? topN, int count)
    {
        var answer = Build(Request with { TopN = topN, ReturnDocuments = true }, 1f, 2f, 4f, 3f);

        Assert.Equal(count, answer.Results.Count);
        Assert.Equal(new RerankResult(2, PairScores.Relevance(4f), new RerankDocument("c")), answer.Results[0]);
    }

    [Fact]
    public void Scores_short_of_the_documents_are_a_fault() =>
        Assert.Equal(FailureCodes.ModelError, Assert.Throws<JobFaultException>(() => Build(Request, 1f)).Error.Code);

    [Fact]
    public void Cut_texts_are_warned_of_by_index()
    {
        var scores = new PairScores([1f, 2f, 3f, 4f], 40, [1, 3], QueryTruncated: true);

        var answer = AnswerBuilder.Build(JobId.Create(TimeProvider.System), Request, scores);

        Assert.NotNull(answer.Meta.Warnings);
        Assert.Equal(2, answer.Meta.Warnings.Count);
        Assert.Contains("query", answer.Meta.Warnings[0], StringComparison.Ordinal);
        Assert.StartsWith("2 ", answer.Meta.Warnings[1], StringComparison.Ordinal);
        Assert.EndsWith(": 1, 3.", answer.Meta.Warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_warning_of_a_thousand_documents_stays_short()
    {
        var documents = Enumerable.Repeat("d", 1_000).ToList();
        var scores = new PairScores(new float[1_000], 9, [.. Enumerable.Range(0, 1_000)], false);

        var answer = AnswerBuilder.Build(JobId.Create(TimeProvider.System), Request with { Documents = documents }, scores);

        var warning = Assert.Single(answer.Meta.Warnings!);
        Assert.StartsWith("1000 ", warning, StringComparison.Ordinal);
        Assert.InRange(warning.Length, 1, 400);
        Assert.Equal(10, answer.Meta.BilledUnits.SearchUnits);
    }
}
