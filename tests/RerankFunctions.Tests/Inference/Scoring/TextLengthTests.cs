using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Tests.Inference.Loading;

namespace RerankFunctions.Tests.Inference.Scoring;

public sealed class TextLengthTests
{
    private static readonly string Long = string.Join(' ', Enumerable.Repeat("word", 2_000));

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    public async Task A_request_whose_texts_must_not_be_cut_is_refused_where_one_is_too_long(long cacheBytes)
    {
        await using var reranker = TestModel.Reranker(new LoaderTwin(_ => Task.FromResult(TestModel.Load(TestModel.Demo))), cacheBytes: cacheBytes);
        var request = new ScoringRequest("q", ["a", Long, "b", Long]);
        var cut = await reranker.ScoreAsync(request, null, default);
        Assert.Equal([1, 3], cut.TruncatedDocuments);

        var refusal = await Assert.ThrowsAsync<TextTooLongException>(() => reranker.ScoreAsync(request with { Truncates = false }, null, default));
        Assert.Equal([1, 3], refusal.Documents);
        Assert.False(refusal.IsQueryTooLong);

        refusal = await Assert.ThrowsAsync<TextTooLongException>(
            () => reranker.ScoreAsync(new ScoringRequest(Long, ["a"]) { Truncates = false }, null, default));
        Assert.True(refusal.IsQueryTooLong);

        var whole = await reranker.ScoreAsync(new ScoringRequest("q", ["a", "b"]) { Truncates = false }, null, default);
        Assert.Equal([cut.Logits[0], cut.Logits[2]], whole.Logits);
    }
}
