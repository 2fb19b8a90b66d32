using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Calibration;
using RerankFunctions.Inference.Scoring;

namespace RerankFunctions.Tests.Inference.Scoring;

public sealed class RunPartitionTests
{
    [Theory]
    [InlineData(0, new[] { 100, 100, 99 }, 2)]
    [InlineData(1, new[] { 100, 100, 100 }, 3)]
    [InlineData(10, new[] { 100, 95, 50 }, 2)]
    [InlineData(10, new[] { 100, 80, 79 }, 1)]
    [InlineData(1_000, new[] { 100, 80, 10 }, 3)]
    public void Padding_is_worth_less_than_the_fixed_cost_of_another_run(int fixedCells, int[] lengths, int first) =>
        Assert.Equal(first, RunPartition.FirstRun(lengths, 0, Limits(fixedCells, 512, 64)));

    [Fact]
    public void The_limits_of_tokens_and_rows_hold()
    {
        Assert.Equal(5, RunPartition.FirstRun([.. Enumerable.Repeat(100, 20)], 0, Limits(50, 512, 64)));
        Assert.Equal(4, RunPartition.FirstRun([.. Enumerable.Repeat(100, 20)], 0, Limits(50, 512, 4)));
        Assert.Equal(1, RunPartition.FirstRun([900, 900], 0, Limits(50, 512, 64)));
    }

    [Fact]
    public void Rows_attend_to_a_long_prefix_so_fewer_fit() =>
        Assert.Equal(2, RunPartition.FirstRun([.. Enumerable.Repeat(10, 20)], 4_000, Limits(50, 512, 64)));

    [Fact]
    public void No_other_partition_is_cheaper()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            int[] lengths = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(1, 60)).OrderDescending()];
            var limits = Limits(random.Next(0, 40), 128, 4);
            var cost = 0L;
            var left = lengths.AsSpan();
            while (left.Length > 0)
            {
                var rows = RunPartition.FirstRun(left, 0, limits);
                cost += limits.FixedCells + (rows * left[0]);
                left = left[rows..];
            }

            Assert.Equal(Cheapest(lengths, limits), cost);
        }
    }

    private static long Cheapest(ReadOnlySpan<int> lengths, RunLimits limits)
    {
        var best = lengths.IsEmpty ? 0 : long.MaxValue;
        for (var rows = 1; rows <= lengths.Length && rows <= limits.RowsAt(lengths[0], 0); rows++)
        {
            best = Math.Min(best, limits.FixedCells + (rows * lengths[0]) + Cheapest(lengths[rows..], limits));
        }

        return best;
    }

    private static RunLimits Limits(int fixedCells, int maxTokens, int maxRows) => new(new RunCost(fixedCells, maxTokens, maxRows), new ScoringOptions());
}
