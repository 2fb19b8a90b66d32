using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace RerankFunctions.Storage;

/// <summary>An Azurite process of the test: in memory, on free ports, with a random account key.</summary>
public sealed partial class Azurite : IAsyncLifetime, IDisposable
{
    private const string Account = "tests";

    /// <summary>Ends Azurite when its input closes, which happens however the test process ends.</summary>
    private const string Launcher =
        "process.stdin.on('end', () => process.exit()).resume(); process.argv.splice(1, 0, 'azurite'); require(process.argv[2]);";

    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
    private readonly ConcurrentQueue<string> _output = [];
    private Process? _process;

    /// <summary>Port of the blob service.</summary>
    public int BlobPort { get; private set; }

    /// <summary>Port of the queue service.</summary>
    public int QueuePort { get; private set; }

    /// <summary>Connection string of the account.</summary>
    public string ConnectionString => ConnectionStringFor(BlobPort, QueuePort);

    /// <summary>Opens a gate to this storage that can be cut.</summary>
    public StorageGate OpenGate() => new(this);

    /// <summary>Stops the process in its tracks: it accepts connections and answers nothing.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    /// <summary>Lets a paused process go on.</summary>
    public Task ResumeAsync() => SignalAsync("CONT");

    public async Task InitializeAsync()
    {
        var entry = Path.Combine(Repository.Root, "node_modules", "azurite", "dist", "src", "azurite.js");
        if (!File.Exists(entry))
        {
            throw new FileNotFoundException($"{entry} is missing: run \"npm install\" in the repository.");
        }

        string[] arguments =
        [
            "-e", Launcher, entry, "--inMemoryPersistence", "--skipApiVersionCheck", "--silent", "--disableTelemetry",
            "--blobPort", "0", "--queuePort", "0", "--tablePort", "0",
        ];
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("node", arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["AZURITE_ACCOUNTS"] = $"{Account}:{_key}" },
            },
            EnableRaisingEvents = true,
        };
        _process.OutputDataReceived += (_, line) => OnOutput(line.Data, ready);
        _process.ErrorDataReceived += (_, line) => OnOutput(line.Data, ready);
        _process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"Azurite ended:\n{string.Join('\n', _output)}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public async Task DisposeAsync()
    {
        if (_process is null)
        {
            return;
        }

        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        Dispose();
    }

    public void Dispose() => _process?.Dispose();

    internal string ConnectionStringFor(int blobPort, int queuePort) =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={_key};"
        + $"BlobEndpoint=http://127.0.0.1:{blobPort}/{Account};QueueEndpoint=http://127.0.0.1:{queuePort}/{Account};";

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private void OnOutput(string? line, TaskCompletionSource ready)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        if (Listening().Match(line) is not { Success: true } match)
        {
            return;
        }

        var port = int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture);
        if (match.Groups["service"].Value == "Blob")
        {
            BlobPort = port;
        }
        else if (match.Groups["service"].Value == "Queue")
        {
            QueuePort = port;
        }

        if (BlobPort != 0 && QueuePort != 0)
        {
            ready.TrySetResult();
        }
    }

    [GeneratedRegex(@"^Azurite (?<service>\w+) service is successfully listening at http://127\.0\.0\.1:(?<port>\d+)")]
    private static partial Regex Listening();
}
