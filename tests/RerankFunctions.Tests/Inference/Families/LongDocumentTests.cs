using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Tests.Inference.Families;

/// <summary>Documents that are much longer than a model reads.</summary>
public sealed class LongDocumentTests
{
    private const int MaxExtraBytes = 64 * 1024;

    [Theory]
    [InlineData("bert-tiny")]
    [InlineData("modernbert-tiny")]
    [InlineData("qwen3-past-tiny")]
    [InlineData("qwen3-seqcls-tiny")]
    public void A_document_of_megabytes_takes_no_more_memory_than_its_cut(string model)
    {
        using var family = TestModel.Load(TestModel.Own(model), "fp32");
        var text = string.Concat(Enumerable.Repeat("The ferry stops at the north pier, behind the market. ", 200_000));
        var (expected, part) = Encode(text[..100_000]);
        (expected, part) = Encode(text[..100_000]);
        var (tokens, whole) = Encode(text);
        Assert.Equal(expected, tokens);
        Assert.InRange(whole, 0, part + MaxExtraBytes);

        (int Tokens, long Allocated) Encode(string document)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            using var job = family.Encode(new ScoringRequest("Where does the ferry stop?", [document]), CancellationToken.None);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(job.IsTruncated(0));
            return (job.TokensOf(0), allocated);
        }
    }
}
