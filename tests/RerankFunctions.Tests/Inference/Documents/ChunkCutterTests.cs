using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Documents;

namespace RerankFunctions.Tests.Inference.Documents;

public sealed class ChunkCutterTests
{
    [Fact]
    public void A_document_that_a_pair_has_room_for_is_one_chunk()
    {
        var plan = ChunkPlan.Create(room: 20, maxTokens: null, maxChunks: 9)!;
        Assert.Equal([new TextRange(0, 40)], Cut(new string('x', 40), plan, charactersPerToken: 2));
    }

    [Fact]
    public void Too_little_room_beside_the_query_makes_no_plan() => Assert.Null(ChunkPlan.Create(room: 15, maxTokens: null, maxChunks: 9));

    [Theory]
    [InlineData(16, 1)]
    [InlineData(16, 3)]
    [InlineData(37, 1)]
    [InlineData(100, 4)]
    [InlineData(500, 2)]
    public void Chunks_cover_the_text_overlap_and_keep_their_size(int room, int charactersPerToken)
    {
        var random = new Random(room);
        for (var run = 0; run < 200; run++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 3_000)).Select(_ => random.Next(6) == 0 ? ' ' : 'x'));
            var plan = ChunkPlan.Create(room, maxTokens: null, maxChunks: 10_000)!;
            var chunks = Cut(text, plan, charactersPerToken);
            Assert.Equal(0, chunks[0].Start);
            Assert.Equal(text.Length, chunks[^1].End);
            Assert.All(chunks, chunk => Assert.InRange(chunk.End - chunk.Start, 1, (chunks.Count == 1 ? room : plan.Size) * charactersPerToken));
            foreach (var (before, after) in chunks.Zip(chunks.Skip(1)))
            {
                Assert.InRange(before.End - after.Start, plan.Overlap * charactersPerToken, plan.Size * charactersPerToken);
                Assert.True(after.Start > before.Start);
            }
        }
    }

    [Fact]
    public void The_last_chunk_is_about_as_long_as_the_others()
    {
        var plan = ChunkPlan.Create(room: 100, maxTokens: null, maxChunks: 100)!;
        var chunks = Cut(new string('x', 250), plan, charactersPerToken: 1);
        Assert.InRange(chunks[^1].End - chunks[^1].Start, plan.Size - plan.Slack, plan.Size);
    }

    [Fact]
    public void Cuts_stand_between_words_where_there_are_some()
    {
        var plan = ChunkPlan.Create(room: 64, maxTokens: null, maxChunks: 100)!;
        var text = string.Concat(Enumerable.Repeat("abc ", 200));
        Assert.All(Cut(text, plan, charactersPerToken: 1), chunk =>
        {
            Assert.True(chunk.Start == 0 || text[chunk.Start] == ' ' || text[chunk.Start - 1] == ' ');
            Assert.True(chunk.End == text.Length || text[chunk.End] == ' ' || text[chunk.End - 1] == ' ');
        });
    }

    [Fact]
    public void No_cut_splits_a_surrogate_pair()
    {
        var plan = ChunkPlan.Create(room: 16, maxTokens: null, maxChunks: 1_000)!;
        var text = string.Concat(Enumerable.Repeat("😀", 200));
        Assert.All(Cut(text, plan, charactersPerToken: 1), chunk => Assert.True(chunk.Start % 2 == 0 && chunk.End % 2 == 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void A_document_has_at_most_as_many_chunks_as_allowed(int maxChunks)
    {
        var plan = ChunkPlan.Create(room: 40, maxTokens: null, maxChunks)!;
        var text = string.Concat(Enumerable.Repeat("xx xxxxx ", 2_000));
        Assert.InRange(Cut(text[..plan.MaxTokens], plan, charactersPerToken: 1).Count, 1, maxChunks);
    }

    private static List<TextRange> Cut(string text, ChunkPlan plan, int charactersPerToken)
    {
        var tokens = Enumerable.Range(0, (text.Length + charactersPerToken - 1) / charactersPerToken)
            .Select(token => (token * charactersPerToken, Math.Min(text.Length, (token + 1) * charactersPerToken)))
            .ToList();
        return new ChunkCutter(text, tokens, plan).Cut(text.Length);
    }
}
