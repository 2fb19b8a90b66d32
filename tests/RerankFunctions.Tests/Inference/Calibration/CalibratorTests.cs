using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Calibration;
using RerankFunctions.Tests.Inference.Scoring;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Calibration;

public sealed class CalibratorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(20, 20)]
    [InlineData(200, 200)]
    public void The_fixed_cost_of_a_run_is_found(int fixedCells, int expected)
    {
        var cost = Measure(cells => fixedCells + cells, nanosecondsPerCell: 50_000);
        Assert.InRange(cost.FixedCells, expected * 0.8, (expected * 1.2) + 1);
    }

    [Fact]
    public void Runs_grow_until_they_give_no_more_tokens_a_second()
    {
        // As on a processor: nothing is gained.
        Assert.InRange(Measure(static cells => cells, 10_000).MaxTokens, 128, 255);

        // As on a large device: a run of up to 4,096 cells takes the same time.
        Assert.InRange(Measure(static cells => Math.Max(4_096, cells), 100).MaxTokens, 4_000, 8_192);
    }

    [Fact]
    public void Urgent_work_does_not_wait_long_for_the_run_under_way() =>
        Assert.InRange(Measure(static cells => 1_000 + cells, nanosecondsPerCell: 60_000).MaxTokens, 128, 1_024);

    [Fact]
    public void A_slow_model_is_measured_in_a_few_runs()
    {
        var runs = 0;
        Measure(cells => cells, nanosecondsPerCell: 20_000_000, () => runs++);
        Assert.InRange(runs, 1, 4);
    }

    [Fact]
    public void The_size_before_memory_runs_out_is_the_limit()
    {
        var cost = Measure(cells => cells > 1_500 ? throw new InsufficientMemoryException() : Math.Max(4_096, cells), 100);
        Assert.InRange(cost.MaxTokens, 512, 1_500);
    }

    [Fact]
    public void A_graph_that_takes_fewer_tokens_than_its_configuration_says_gets_limits_all_the_same()
    {
        var cost = Measure(cells => cells > 100 ? throw new ScoringException("The run failed.") : cells, 100);
        Assert.InRange(cost.MaxTokens, 100, 512);
        Assert.InRange(cost.FixedCells, 0, 100);
    }

    [Fact]
    public void A_model_is_measured_once_on_a_machine()
    {
        var runs = 0;
        var first = Measure(static cells => 20 + cells, 10_000, () => runs++);
        var measured = runs;
        Assert.Equal(first, Measure(static cells => 900 + cells, 10_000, () => runs++, keep: true));
        Assert.Equal(measured, runs);
        File.WriteAllText(Assert.Single(Directory.GetFiles(_folder.Path)), """{"FixedCells":-1,"MaxTokens":0,"MaxRows":0}""");
        Measure(static cells => 20 + cells, 10_000, () => runs++, keep: true);
        Assert.True(runs > measured, "A file that is not valid counts for nothing.");
    }

    private RunCost Measure(Func<int, int> cellsOf, int nanosecondsPerCell, Action? onRun = null, bool keep = false)
    {
        if (!keep)
        {
            foreach (var file in Directory.GetFiles(_folder.Path))
            {
                File.Delete(file);
            }
        }

        var scoring = Options.Create(new ScoringOptions { MeasurementPath = _folder.Path });
        var store = new CostStore(scoring, Options.Create(new ModelOptions()), NullLogger<CostStore>.Instance);
        using var family = new FamilyTwin(pairs =>
        {
            onRun?.Invoke();
            _time.Advance(TimeSpan.FromTicks((long)cellsOf(pairs.Length * pairs.Max(pair => pair.Length)) * nanosecondsPerCell / 100));
        });
        return new Calibrator(store, _time, NullLogger<Calibrator>.Instance).Measure(family, CancellationToken.None);
    }
}
