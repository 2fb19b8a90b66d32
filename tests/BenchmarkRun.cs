using System.Diagnostics;
using System.Text.Json;

namespace RerankFunctions;

/// <summary>A run of the benchmarks in a process, of the same configuration as the running tests.</summary>
internal static class BenchmarkRun
{
    private const string SkippedWithoutPackage = "transformers.js";

    /// <summary>Runs a benchmark and returns the ids of its rows. Fails if a row has a figure that is not finite and positive.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(string name, params IEnumerable<string> arguments)
    {
        var output = Directory.CreateTempSubdirectory("rerank-benchmark-");
        try
        {
            await StartAsync([name, .. arguments, "--out", output.FullName]);
            await StartAsync(["report", "--out", output.FullName]);
            using var report = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(output.FullName, $"{name}.json")));
            var rows = report.RootElement.GetProperty("rows").EnumerateArray().ToList();
            rows.ForEach(AssertComplete);
            Assert.Contains("</svg>", await File.ReadAllTextAsync(Path.Combine(output.FullName, "report.svg")), StringComparison.Ordinal);
            return [.. rows.Select(row => row.GetProperty("id").GetString()!)];
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }

    private static async Task StartAsync(IEnumerable<string> arguments)
    {
        // …/tests/PROJECT/bin/CONFIGURATION/net10.0/: the benchmarks lie beside, built the same way.
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(
            Repository.Root, "tests", "RerankFunctions.Benchmarks", "bin", here.Parent!.Name, here.Name, "RerankFunctions.Benchmarks.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{output}\n{await errors}");
    }

    private static void AssertComplete(JsonElement row)
    {
        var text = row.GetRawText();
        if (row.GetProperty("against").GetString()!.StartsWith(SkippedWithoutPackage, StringComparison.Ordinal)
            && row.GetProperty("skipped").ValueKind == JsonValueKind.String)
        {
            return;
        }

        Assert.True(row.GetProperty("skipped").ValueKind == JsonValueKind.Null, text);
        Assert.True(IsPositive(row.GetProperty("wallRatio")), text);
        Assert.True(row.GetProperty("cpuRatio").ValueKind == JsonValueKind.Null || IsPositive(row.GetProperty("cpuRatio")), text);
    }

    private static bool IsPositive(JsonElement ratio) =>
        ratio.EnumerateObject().All(value => value.Value.GetDouble() is var number && double.IsFinite(number) && number > 0);
}
