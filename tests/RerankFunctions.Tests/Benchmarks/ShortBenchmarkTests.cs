namespace RerankFunctions.Tests.Benchmarks;

/// <summary>The benchmarks in their smallest form on the demo model: every row comes out. How fast anything is does not matter here.</summary>
public sealed class ShortBenchmarkTests
{
    [Fact]
    public async Task The_engine_gives_every_row() => Assert.Equal(
        ["ceiling", "peers", "peers", "peers", "peers", "ceiling", "single", "first", "cache", "twice", "prefix"],
        await BenchmarkRun.RunAsync("engine", "--workload", "generated", "--jobs", "2", "--rounds", "1", "--causal-jobs", "1"));

    [Fact]
    public async Task Fairness_gives_every_row() => Assert.Equal(
        ["fairness", "fairness", "bulk", "fairness", "fairness", "bulk"],
        await BenchmarkRun.RunAsync("fairness", "--documents", "20", "--bulk-jobs", "2,4", "--gap", "10", "--idle-jobs", "2", "--rounds", "1"));

    [Fact]
    public async Task The_command_line_gives_its_row() => Assert.Equal(
        ["cli"], await BenchmarkRun.RunAsync("cli", "--workload", "generated", "--jobs", "2", "--repeat", "2", "--rounds", "1"));
}
