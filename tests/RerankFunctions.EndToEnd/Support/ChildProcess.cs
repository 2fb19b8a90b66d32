using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RerankFunctions.EndToEnd.Support;

/// <summary>A process of a test, with its output. Disposing ends it.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly List<(Predicate<string> Matches, TaskCompletionSource<string> Found)> _waiting = [];
    private readonly Lock _gate = new();

    private ChildProcess(Process process) => _process = process;

    public string Output
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _output);
            }
        }
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Resident memory in bytes; 0 once it has ended.</summary>
    public long Memory
    {
        get
        {
            try
            {
                _process.Refresh();
                return _process.WorkingSet64;
            }
            catch (InvalidOperationException)
            {
                return 0;
            }
        }
    }

    public static ChildProcess Start(
        string command,
        IEnumerable<string> arguments,
        string folder,
        IEnumerable<KeyValuePair<string, string>> environment)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        child._process.OutputDataReceived += (_, line) => child.Keep(line.Data);
        child._process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        child._process.Exited += (_, _) => child.GiveUpWaiting();
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Returns the first line of output that matches, past or future; fails if the process ends without it.</summary>
    public async Task<string> WaitForLineAsync(Predicate<string> matches)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_output.Find(matches) is { } line)
            {
                return line;
            }

            _waiting.Add((matches, found));
            if (_process.HasExited)
            {
                GiveUpWaiting();
            }
        }

        try
        {
            return await found.Task.WaitAsync(Deadline.Short);
        }
        catch (TimeoutException exception)
        {
            throw new InvalidOperationException($"The line did not come within {Deadline.Short}:\n{Output}", exception);
        }
    }

    /// <summary>Waits until the process has ended and returns its exit code.</summary>
    public async Task<int> WaitForExitAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline.Short);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    /// <summary>Kills the process and its children; no handler runs.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await WaitForExitAsync();
    }

    /// <summary>Sends SIGTERM to the process, and to its whole process group if it leads one.</summary>
    public void Terminate() => Assert.True(SendSignal(-_process.Id, SigTerm) == 0 || SendSignal(_process.Id, SigTerm) == 0);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _output.Add(line);
            foreach (var (_, found) in _waiting.Where(waiting => waiting.Matches(line)))
            {
                found.TrySetResult(line);
            }
        }
    }

    private void GiveUpWaiting()
    {
        lock (_gate)
        {
            var failure = new InvalidOperationException($"The process ended:\n{string.Join('\n', _output)}");
            _waiting.ForEach(waiting => waiting.Found.TrySetException(failure));
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int process, int signal);
}
