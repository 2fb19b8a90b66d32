using System.Diagnostics;
using System.Globalization;
using RerankFunctions.Benchmarks.Engine;

namespace RerankFunctions.Benchmarks.App;

/// <summary>transformers.js behind Node's HTTP server, in a process of its own, on the same ONNX file and number of threads.</summary>
internal sealed class TransformersServer : IAsyncDisposable
{
    private TransformersServer(Process process, Uri address) => (Process, Address) = (process, address);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>The process, which this object owns.</summary>
    public Process Process { get; }

    /// <summary>Starts the process and loads the model.</summary>
    /// <returns>The server; null where the npm package is not installed, or does not load the model.</returns>
    public static async Task<TransformersServer?> TryStartAsync(EngineSetup setup)
    {
        var script = Path.Combine(Repository.Root, "tools", "transformers", "serve.mjs");
        string[] arguments = [script, setup.Folder, setup.Threads.ToString(CultureInfo.InvariantCulture)];
        var process = Process.Start(new ProcessStartInfo("node", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        if (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            return new TransformersServer(process, new Uri($"http://127.0.0.1:{line["ready ".Length..]}"));
        }

        await process.WaitForExitAsync();
        process.Dispose();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        Process.StandardInput.Close();
        await Process.WaitForExitAsync();
        Process.Dispose();
    }
}
