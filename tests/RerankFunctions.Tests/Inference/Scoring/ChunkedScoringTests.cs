using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Scoring;

/// <summary>Documents that are cut into chunks: scores and positions on real models.</summary>
public sealed class ChunkedScoringTests
{
    private const string Query = "Where does the ferry stop?";
    private const float Tolerance = 1e-4f;

    private static readonly string Filler =
        string.Concat(Enumerable.Repeat("The library opens at nine. Größe zählt, 東京 schläft nie, and 😀 is no word. ", 60));

    public static TheoryData<string> Models => ["bert-tiny", "modernbert-tiny", "qwen3-past-tiny", "qwen3-seqcls-tiny"];

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_document_has_the_score_of_its_best_chunk_and_the_place_of_that(string model)
    {
        // Of the models' own limits, some are thousands of tokens, which take minutes and tell nothing new.
        using var folder = new TemporaryFolder().With(TestModel.Own(model)).With("rerank.json", """{"max_length":512}""");
        await using var reranker = TestModel.Reranker(folder.Path);
        string[] documents = [Filler + "The ferry stops at the north pier. " + Filler, "The ferry stops at the north pier.", ""];
        var scores = await reranker.ScoreAsync(new ScoringRequest(Query, documents) { ChunksLongDocuments = true }, null, default);
        Assert.Equal(documents.Length, scores.BestChunks!.Count);
        Assert.Equal(new TextRange(0, documents[1].Length), scores.BestChunks[1]);
        Assert.Equal(new TextRange(0, 0), scores.BestChunks[2]);
        Assert.Empty(scores.TruncatedDocuments);
        Assert.InRange(scores.BestChunks[0].End - scores.BestChunks[0].Start, 1, documents[0].Length / 3);

        // What a client sees: the chunk alone, as a document, has the same score.
        string[] chunks = [.. documents.Zip(scores.BestChunks, (document, chunk) => document[chunk.Start..chunk.End])];
        var alone = await reranker.ScoreAsync(new ScoringRequest(Query, chunks), null, default);
        Assert.Empty(alone.TruncatedDocuments);
        Assert.All(scores.Logits.Zip(alone.Logits), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }

    [Fact]
    public async Task The_answer_at_the_end_of_a_long_document_is_found()
    {
        await using var reranker = TestModel.Reranker(TestModel.Demo);
        const string Answer = "Mount Kilimanjaro is the highest mountain in Africa, at 5,895 metres.";
        var filler = string.Concat(Enumerable.Repeat("Tea should steep for three minutes in water that has just boiled. ", 80));
        string[] documents = [filler + Answer, filler + filler];
        var request = new ScoringRequest("What is the highest mountain in Africa?", documents);
        var cut = await reranker.ScoreAsync(request, null, default);
        var chunked = await reranker.ScoreAsync(request with { ChunksLongDocuments = true }, null, default);
        Assert.Equal([0, 1], cut.TruncatedDocuments);
        Assert.Null(cut.BestChunks);
        Assert.True(chunked.Logits[0] > cut.Logits[0] + 1, $"{chunked.Logits[0]} is not above {cut.Logits[0]}");
        Assert.True(chunked.Logits[0] > chunked.Logits[1] + 1);
        Assert.Equal(documents[0].Length, chunked.BestChunks![0].End);
        Assert.True(chunked.TotalTokens > cut.TotalTokens);
    }

    [Fact]
    public async Task What_is_behind_the_limits_is_not_read_and_reported()
    {
        await using var reranker = TestModel.Reranker(TestModel.Own("bert-tiny"), new ScoringOptions { MaxChunksPerDocument = 2 });
        var request = new ScoringRequest(Query, [Filler, "short"]) { ChunksLongDocuments = true };
        var scores = await reranker.ScoreAsync(request, null, default);
        Assert.Equal([0], scores.TruncatedDocuments);
        var few = await reranker.ScoreAsync(request with { MaxTokensPerDocument = 30 }, null, default);
        Assert.Equal([0], few.TruncatedDocuments);
        Assert.True(few.TotalTokens < scores.TotalTokens);
        Assert.InRange(few.BestChunks![0].End, 1, 200);
    }

    [Fact]
    public async Task Progress_and_known_scores_are_those_of_documents()
    {
        await using var reranker = TestModel.Reranker(TestModel.Own("bert-tiny"));
        var request = new ScoringRequest(Query, [Filler, "short", Filler[..4_000]]) { ChunksLongDocuments = true };
        var reports = new Reports();
        var scores = await reranker.ScoreAsync(request, reports, default);
        Assert.Equal([0, 1, 2], reports.Seen.Select(score => score.Document).Order());
        Assert.Equal(scores.BestChunks, reports.Seen.OrderBy(score => score.Document).Select(score => score.BestChunk!.Value));

        var again = new Reports();
        var resumed = await reranker.ScoreAsync(request with { Known = [.. reports.Seen.Where(score => score.Document == 0)] }, again, default);
        Assert.Equal([0, 1, 2], again.Seen.Select(score => score.Document).Order());
        Assert.Equal(scores.BestChunks, resumed.BestChunks);
        Assert.Equal(scores.TotalTokens, resumed.TotalTokens);
        Assert.All(scores.Logits.Zip(resumed.Logits), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }
}
