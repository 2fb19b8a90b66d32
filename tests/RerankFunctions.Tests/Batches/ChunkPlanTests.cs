using RerankFunctions.Batches.Cutting;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Settings;
using RerankFunctions.Contracts;
using RerankFunctions.Contracts.Lines;

namespace RerankFunctions.Tests.Batches;

public sealed class ChunkPlanTests
{
    [Theory]
    [InlineData(1L << 30, 500, 2, false)]
    [InlineData(1L << 40, 100_000, 100, false)]
    [InlineData(20_000_000L, 2, 0, false)]
    [InlineData(1L << 36, 6_900, 1_000, true)]
    [InlineData(1_000_000_000L, 100, 33, true)]
    [InlineData(1_000_000_000L, 100, 33, true, 1_032)]
    public void An_output_has_no_more_blocks_than_storage_allows(long bytes, int lineBytes, int pairs, bool isCompressed, int ratio = 10)
    {
        var options = new BatchOptions { MaxInputBytes = 1L << 40, ChunkPairs = 1_000 };
        var plan = ChunkPlan.Of(LimitsOf(options), isCompressed ? bytes / ratio : bytes, isCompressed);
        var lines = Math.Min(bytes / lineBytes, options.MaxLines);
        var perChunk = 1L;
        while (!plan.IsFull(perChunk * lineBytes, (int)perChunk, perChunk * pairs))
        {
            perChunk++;
        }

        Assert.InRange(lines / perChunk, 0, BatchOptions.MaxChunks);
    }

    [Fact]
    public void A_small_input_has_chunks_of_the_usual_size()
    {
        var plan = ChunkPlan.Of(LimitsOf(new BatchOptions()), 10_000_000, isCompressed: false);

        Assert.True(plan.IsFull(600, 1, 4_000));
        Assert.False(plan.IsFull(4_000_000, 999, 3_999));
        Assert.True(plan.IsFull(4 * 1024 * 1024, 1, 1));
        Assert.True(plan.IsFull(2_000, 1_000, 0));
    }

    [Fact]
    public void A_small_compressed_input_has_chunks_of_the_usual_size()
    {
        var plan = ChunkPlan.Of(LimitsOf(new BatchOptions()), 100_000, isCompressed: true);

        Assert.True(plan.IsFull(10_000, 1, 4_000));
        Assert.True(plan.IsFull(4 * 1024 * 1024, 1, 1));
    }

    [Fact]
    public void Any_number_of_blank_lines_takes_no_room()
    {
        var builder = new ChunkBuilder(ChunkPlan.Of(LimitsOf(new BatchOptions()), 1_000, false), CutCursor.Start, keepsText: true);
        for (var line = 0; line < 10_000; line++)
        {
            builder.Add(new RawLine(2, "\r"u8.ToArray(), false, true), null);
        }

        builder.Add(new RawLine(3, "{}"u8.ToArray(), false, true), 0);
        var span = builder.Close();

        Assert.Equal(new ChunkSpan(0, 20_000, 4, 10_001, 1, 0), span);
        Assert.Equal(new CutCursor(20_003, 10_001, 1, 1, 0, 1), builder.Total);
    }

    private static CutLimits LimitsOf(BatchOptions options) => CutLimits.Of(options, new RequestLimits());
}
