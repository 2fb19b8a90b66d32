using RerankFunctions.Inference.Scoring;

namespace RerankFunctions.Tests.Inference.Scoring;

public sealed class MicroBatchPlanTests
{
    [Theory]
    [InlineData(0, 512, 64)]
    [InlineData(1, 512, 64)]
    [InlineData(1000, 512, 64)]
    [InlineData(1000, 16_384, 256)]
    [InlineData(1000, 1, 1)]
    [InlineData(37, 100_000, 5)]
    public void Every_pair_runs_once_and_no_micro_batch_of_several_is_over_a_limit(int pairs, int maxTokens, int maxRows)
    {
        var random = new Random(pairs + maxTokens);
        var lengths = Enumerable.Range(0, pairs).Select(_ => random.Next(4, 700)).ToArray();
        var plan = MicroBatchPlan.Form(lengths, shared: 0, maxTokens, maxRows);
        var seen = new List<int>();
        for (var batch = 0; batch < plan.Count; batch++)
        {
            var rows = plan[batch].ToArray();
            Assert.NotEmpty(rows);
            Assert.True(rows.Length <= maxRows);
            Assert.True(rows.Length == 1 || rows.Length * rows.Max(row => lengths[row]) <= maxTokens);
            seen.AddRange(rows);
        }

        Assert.Equal(Enumerable.Range(0, pairs), seen.Order());
    }

    [Fact]
    public void Like_lengths_run_together()
    {
        int[] lengths = [10, 100, 11, 90, 12, 95];
        var plan = MicroBatchPlan.Form(lengths, shared: 0, maxTokens: 300, maxRows: 64);
        Assert.Equal(2, plan.Count);
        Assert.Equal([1, 3, 5], plan[0].ToArray().Order());
        Assert.Equal([0, 2, 4], plan[1].ToArray().Order());
    }

    [Theory]
    [InlineData(41, 76, 12)]
    [InlineData(41, 0, 12)]
    [InlineData(41, 2000, 4)]
    [InlineData(41, 8150, 1)]
    [InlineData(1, 100_000_000, 1)]
    public void What_rows_share_takes_memory_in_each(int length, int shared, int rows) =>
        Assert.Equal(rows, MicroBatchPlan.Form([.. Enumerable.Repeat(length, 64)], shared, maxTokens: 512, maxRows: 64)[0].Length);
}
