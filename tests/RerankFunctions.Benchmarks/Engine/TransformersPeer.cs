using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RerankFunctions.Benchmarks.Measurement;

namespace RerankFunctions.Benchmarks.Engine;

/// <summary>
/// transformers.js in a process of its own: it tokenizes and scores each job as one padded batch, on the same ONNX file and number of threads.
/// The script measures each round itself.
/// </summary>
internal sealed class TransformersPeer : IAsyncDisposable
{
    private const int NotInstalled = 3;

    private readonly Process? _process;
    private readonly string? _workload;

    private TransformersPeer(Process? process, string? workload, string? missing)
    {
        _process = process;
        _workload = workload;
        Missing = missing;
        Way = process is null ? null : new Way("transformers.js, one padded batch a job", _ => RunAsync(process));
    }

    /// <summary>The way; null if it cannot be measured.</summary>
    public Way? Way { get; }

    /// <summary>Why it cannot be measured; null if it can.</summary>
    public string? Missing { get; }

    /// <summary>Starts the process and loads the model.</summary>
    public static async Task<TransformersPeer> StartAsync(EngineSetup setup)
    {
        var workload = Path.GetTempFileName();
        var jobs = setup.Workload.Jobs.Select(job => new { query = job.Query, documents = job.Documents });
        await File.WriteAllTextAsync(workload, JsonSerializer.Serialize(jobs));
        var script = Path.Combine(Repository.Root, "tools", "transformers", "score.mjs");
        string[] arguments = [script, setup.Folder, setup.Threads.ToString(CultureInfo.InvariantCulture), workload];
        var process = Process.Start(new ProcessStartInfo("node", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        if (await process.StandardOutput.ReadLineAsync() == "ready")
        {
            return new TransformersPeer(process, workload, missing: null);
        }

        await process.WaitForExitAsync();
        var missing = process.ExitCode == NotInstalled ? "the npm package is not installed" : "it does not load the model";
        process.Dispose();
        File.Delete(workload);
        return new TransformersPeer(process: null, workload: null, missing);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
            File.Delete(_workload!);
        }
    }

    private async Task<Cost> RunAsync(Process process)
    {
        await process.StandardInput.WriteLineAsync("run");
        await process.StandardInput.FlushAsync();
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("transformers.js ended during a round.");
        var answer = JsonElement.Parse(line);
        Way!.CellsPerToken = answer.GetProperty("cells").GetDouble() / answer.GetProperty("tokens").GetDouble();
        return new Cost(answer.GetProperty("cpu").GetDouble(), answer.GetProperty("wall").GetDouble());
    }
}
