using System.Globalization;
using RerankFunctions.EndToEnd.Support;

namespace RerankFunctions.EndToEnd;

/// <summary>The benchmark of a running app in its smallest form: every row comes out.</summary>
[Collection(RunningAppTests.Name)]
public sealed class ShortBenchmarkTests(RunningApp running)
{
    [Fact]
    public async Task The_app_gives_every_row()
    {
        var (url, pid) = (running.Api.Root.ToString(), running.App.Process.Id.ToString(CultureInfo.InvariantCulture));

        var rows = await BenchmarkRun.RunAsync(
            "app", "--url", url, "--pid", pid, "--workload", "generated", "--jobs", "2", "--documents", "20", "--rounds", "1", "--latency-rounds", "1");

        Assert.Equal(["app", "latency", "latency", "load", "load"], rows);
    }
}
