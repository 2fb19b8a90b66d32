using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tests.Tokenizers;

public sealed class EncodingLimitTests
{
    public static TheoryData<string> Names => SmallGoldenTests.Names;

    /// <summary>All but the vocabulary to which a text is one word, spaces included.</summary>
    public static TheoryData<string> NamesWithWords =>
        [.. SmallGoldenTests.Names.Cast<object[]>().Select(row => (string)row[0]).Where(name => name != "unigram-whole")];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_limit_keeps_the_first_tokens_and_tells_whether_there_are_more(string name)
    {
        var tokenizer = TokenGolden.Load(TokenGolden.PathOf($"{name}.tokenizer.json"));
        using var ids = new TokenBuffer();
        foreach (var golden in TokenGolden.Read(TokenGolden.PathOf($"{name}.goldens.jsonl")))
        {
            foreach (var limit in new[] { 0, 1, golden.Ids.Length / 2, golden.Ids.Length - 1, golden.Ids.Length, int.MaxValue }.Where(limit => limit >= 0))
            {
                ids.Clear();
                ids.Add(-7);
                var isWhole = tokenizer.Encode(golden.Text, TextMode.Parity, ids, limit);
                Assert.Equal(golden.Ids.Length <= limit, isWhole);
                Assert.Equal([-7, .. golden.Ids.Take(limit)], ids.Ids.ToArray());
            }
        }
    }

    [Theory]
    [MemberData(nameof(NamesWithWords))]
    public void A_text_is_read_no_further_than_its_first_tokens_need(string name)
    {
        var tokenizer = TokenGolden.Load(TokenGolden.PathOf($"{name}.tokenizer.json"));
        var text = string.Concat(Enumerable.Repeat("Café número 2 e\u0301, the queue holds ", 100_000));
        using var ids = new TokenBuffer();
        tokenizer.Encode(text.AsSpan(0, 10_000), TextMode.UserText, ids);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(tokenizer.Encode(text, TextMode.UserText, ids, 100));

        // The normalized text alone, kept as a whole, is some megabytes.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500_000);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_cancelled_encoding_leaves_the_buffer_as_it_was(string name)
    {
        var tokenizer = TokenGolden.Load(TokenGolden.PathOf($"{name}.tokenizer.json"));
        using var ids = new TokenBuffer();
        ids.Add(5);
        Assert.Throws<OperationCanceledException>(
            () => tokenizer.Encode("The queue holds", TextMode.UserText, ids, cancellationToken: new CancellationToken(canceled: true)));
        Assert.Equal([5], ids.Ids.ToArray());
    }

    [Theory]
    [InlineData("qwen2", "no")]
    [InlineData("unigram-reranker", "no")]
    [InlineData("bert-uncased", "中")]
    public async Task An_encoding_ends_when_it_is_cancelled_inside_a_long_text_without_spaces(string name, string part)
    {
        var tokenizer = TokenGolden.Load(TokenGolden.PathOf($"{name}.tokenizer.json"));
        var text = string.Concat(Enumerable.Repeat(part, 100_000));
        using var cancellation = new CancellationTokenSource();
        using var started = new SemaphoreSlim(0);
        var encoding = Task.Run(() =>
        {
            using var ids = new TokenBuffer();
            while (true)
            {
                ids.Clear();
                started.Release();
                tokenizer.Encode(text, TextMode.UserText, ids, cancellationToken: cancellation.Token);
            }
        });
        await started.WaitAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => encoding);
    }
}
