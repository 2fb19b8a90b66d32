using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Tests.Inference.Sessions;

public sealed class RunSizeTests
{
    [Theory]
    [InlineData(64, 8, 200, false)]
    [InlineData(1, 512, 512, false)]
    [InlineData(1, 1024, 1024, false)]
    [InlineData(1, 1025, 1025, true)]
    [InlineData(4, 600, 600, true)]
    [InlineData(1, 100, 20_000, true)]
    [InlineData(1, 1_000_000, 1_000_000, true)]
    public void A_run_is_large_beyond_a_million_attention_scores_a_head(int rows, int columns, int keys, bool isLarge) =>
        Assert.Equal(isLarge, new RunSize(rows, columns, keys).IsLarge);
}
