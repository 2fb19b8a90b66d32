using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;

namespace RerankFunctions.Tests.Inference.Families;

/// <summary>What the hot path allocates on the managed heap.</summary>
public sealed class RunAllocationTests
{
    private const int MaxRows = 64;

    [Theory]
    [InlineData("bert-tiny")]
    [InlineData("modernbert-tiny")]
    [InlineData("qwen3-past-tiny")]
    [InlineData("qwen3-seqcls-tiny")]
    public void A_run_of_many_rows_allocates_no_more_than_one_of_a_single_row(string model)
    {
        using var family = TestModel.Load(TestModel.Own(model), "fp32");
        var documents = Enumerable.Range(0, MaxRows).Select(row => string.Join(' ', Enumerable.Repeat("pier", row % 7)));
        using var job = family.Encode(new ScoringRequest("Where does the ferry stop?", [.. documents]), CancellationToken.None);
        var batch = family.CreateMicroBatch();

        // The largest comes first: buffers grow once.
        var many = AllocatedBy(batch, job, MaxRows);
        var one = AllocatedBy(batch, job, 1);
        Assert.InRange(many, 0, one + 64);
    }

    private static long AllocatedBy(MicroBatch batch, EncodedJob job, int rows)
    {
        EncodedPair[] pairs = [.. Enumerable.Range(0, rows).Select(row => new EncodedPair(job, row))];
        var logits = new float[rows];
        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            batch.Prepare(pairs);
            batch.Run(logits);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
