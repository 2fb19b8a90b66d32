using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Calibration;
using RerankFunctions.Inference.Scoring;

namespace RerankFunctions.Tests.Inference.Scoring;

public sealed class RunLimitsTests
{
    [Fact]
    public void Settings_override_what_was_measured()
    {
        var limits = new RunLimits(new RunCost(10, 512, 64), new ScoringOptions { MaxBatchTokens = 100, MaxBatchRows = 3 });
        Assert.Equal(100, limits.MaxTokens);
        Assert.Equal(3, limits.MaxRows);
        Assert.Equal(3, limits.RowsAt(10, 0));
        Assert.Equal(2, limits.RowsAt(50, 0));
    }

    [Fact]
    public void A_limit_halves_when_memory_runs_out_and_grows_back_to_the_full_one_and_no_further()
    {
        var limits = new RunLimits(new RunCost(10, 512, 64), new ScoringOptions());
        limits.Lower(cells: 500);
        Assert.Equal(250, limits.MaxTokens);
        limits.Lower(cells: 250);
        Assert.Equal(125, limits.MaxTokens);
        var seen = new HashSet<int>();
        for (var run = 0; run < 1_000; run++)
        {
            limits.Count();
            seen.Add(limits.MaxTokens);
        }

        Assert.Equal(512, limits.MaxTokens);
        Assert.False(limits.IsLowered);
        Assert.True(seen.Count > 4, "The limit grows in steps.");
    }

    [Fact]
    public void A_limit_never_falls_below_one_token()
    {
        var limits = new RunLimits(new RunCost(10, 512, 64), new ScoringOptions());
        for (var i = 0; i < 20; i++)
        {
            limits.Lower(cells: 512);
        }

        Assert.Equal(1, limits.MaxTokens);
        Assert.Equal(1, limits.RowsAt(10, 0));
    }
}
