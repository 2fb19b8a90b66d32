using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace RerankFunctions.CompatHost.Tests;

/// <summary>The sample functions in a process of their own, in a folder of their own.</summary>
internal sealed partial class AppProcess : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _output = [];
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("compat-host-");
    private readonly Process _process;

    /// <param name="files">Files to lay beside the app's assembly, by name.</param>
    /// <param name="environment">Environment variables.</param>
    public AppProcess(Dictionary<string, string> files, Dictionary<string, string> environment)
    {
        foreach (var file in new DirectoryInfo(AppContext.BaseDirectory).EnumerateFiles())
        {
            file.CopyTo(Path.Combine(_folder.FullName, file.Name));
        }

        foreach (var (name, text) in files)
        {
            File.WriteAllText(Path.Combine(_folder.FullName, name), text);
        }

        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [Path.Combine(_folder.FullName, "RerankFunctions.CompatHost.Tests.dll")])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        foreach (var (name, value) in environment)
        {
            _process.StartInfo.Environment[name] = value;
        }

        _process.OutputDataReceived += (_, line) => OnOutput(line.Data);
        _process.ErrorDataReceived += (_, line) => OnOutput(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it has written so far.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Where it listens, once it says so.</summary>
    public async Task<Uri> ListeningAsync()
    {
        var ended = _process.WaitForExitAsync();
        var first = await Task.WhenAny(_listening.Task, ended).WaitAsync(TimeSpan.FromSeconds(60));
        return first == ended ? throw new InvalidOperationException(Output) : await _listening.Task;
    }

    /// <summary>Sends SIGTERM.</summary>
    public async Task SignalTermAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private void OnOutput(string? line)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        if (Listening().Match(line) is { Success: true } match)
        {
            _listening.TrySetResult(new Uri(match.Groups["address"].Value));
        }
    }

    [GeneratedRegex(@"Listening on (?<address>http://127\.0\.0\.1:\d+/)")]
    private static partial Regex Listening();
}
