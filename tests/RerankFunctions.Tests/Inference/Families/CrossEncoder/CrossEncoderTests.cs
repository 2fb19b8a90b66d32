using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Serving;

namespace RerankFunctions.Tests.Inference.Families.CrossEncoder;

/// <summary>What a user sees of cross-encoders, on the demo model.</summary>
public sealed class CrossEncoderTests : IAsyncLifetime
{
    private static readonly string LongText = string.Join(' ', Enumerable.Range(0, 4000).Select(i => $"word{i}"));
    private readonly Reranker _reranker = TestModel.Reranker(TestModel.Demo);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _reranker.DisposeAsync();

    [Theory]
    [InlineData("What is the capital of France?", "Paris is the capital of France.", "Berlin is the capital of Germany.", "The Nile is a river in Africa.")]
    [InlineData(
        "How do I reset my password?",
        "To reset your password, open Settings, choose Security and click Reset password.",
        "A password should be long.",
        "Our office is open from nine to five.")]
    [InlineData("怎么重置密码", "要重置密码，请打开设置页面并点击“重置密码”。", "您可以在设置中更改主题颜色。", "发票每月寄出。")]
    public async Task The_card_s_examples_come_in_the_card_s_order(string query, params string[] documents)
    {
        var scores = await _reranker.ScoreAsync(new ScoringRequest(query, documents), null, default);
        Assert.Equal(scores.Logits.OrderDescending(), scores.Logits);
        Assert.True(PairScores.Relevance(scores.Logits[0]) > 0.5);
        Assert.Empty(scores.TruncatedDocuments);
    }

    [Fact]
    public async Task Documents_of_all_lengths_score_together_as_each_does_alone()
    {
        string[] documents = [.. Enumerable.Range(0, 300).Select(i => LongText[..(i * 3 % 900)])];
        var together = await _reranker.ScoreAsync(new ScoringRequest("a word", documents), null, default);
        foreach (var i in new[] { 0, 1, 17, 199, 298, 299 })
        {
            var alone = await _reranker.ScoreAsync(new ScoringRequest("a word", [documents[i]]), null, default);
            Assert.Equal(alone.Logits[0], together.Logits[i], 1e-4f);
        }
    }

    [Fact]
    public async Task A_long_document_is_cut_and_said_so()
    {
        var scores = await _reranker.ScoreAsync(new ScoringRequest("q", ["short", LongText, "", LongText]), null, default);
        Assert.Equal([1, 3], scores.TruncatedDocuments);
        Assert.False(scores.QueryTruncated);
        Assert.Equal(scores.Logits[1], scores.Logits[3]);
    }

    [Fact]
    public async Task A_long_query_is_cut_to_three_quarters_and_leaves_room_for_the_document()
    {
        var scores = await _reranker.ScoreAsync(new ScoringRequest(LongText, ["short", LongText]), null, default);
        Assert.True(scores.QueryTruncated);
        Assert.Equal([1], scores.TruncatedDocuments);
    }

    [Fact]
    public async Task Tokens_per_document_can_be_limited()
    {
        string[] documents = ["one two three four five six seven"];
        var whole = await _reranker.ScoreAsync(new ScoringRequest("question", documents), null, default);
        var limited = await _reranker.ScoreAsync(new ScoringRequest("question", documents) { MaxTokensPerDocument = 3 }, null, default);
        Assert.Empty(whole.TruncatedDocuments);
        Assert.Equal([0], limited.TruncatedDocuments);
        Assert.True(limited.TotalTokens < whole.TotalTokens);
    }

    [Fact]
    public async Task Cancelled_work_ends()
    {
        using var cancel = new CancellationTokenSource();
        string[] documents = [.. Enumerable.Range(0, 50).Select(i => $"{i} {LongText}")];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _reranker.ScoreAsync(new ScoringRequest("q", documents), new CancelAtFirst(cancel), cancel.Token));
    }

    private sealed class CancelAtFirst(CancellationTokenSource cancel) : IProgress<IReadOnlyList<PairScore>>
    {
        public void Report(IReadOnlyList<PairScore> value)
        {
            if (value.Count > 0)
            {
                cancel.Cancel();
            }
        }
    }
}
