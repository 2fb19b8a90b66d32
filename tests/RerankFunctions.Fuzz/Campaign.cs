using System.Diagnostics;
using System.Globalization;

namespace RerankFunctions.Fuzz;

/// <summary>Runs the cases of one target in child processes, so that a crash, a hang or runaway memory costs one child and is known by its case.</summary>
internal sealed class Campaign(string target, int seed)
{
    private const int CasesPerChild = 500;
    private const long MaxMemory = 3L << 30;
    private const string MaxManagedMemory = "0x60000000";

    // A hang is a case that computes for so long, or stands for so long; a busy machine alone is neither.
    private static readonly TimeSpan MaxProcessor = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan MaxStanding = TimeSpan.FromSeconds(240);

    private readonly List<string> _failures = [];
    private int _worked;
    private int _refused;
    private long _memory;

    /// <returns>Number of cases that failed.</returns>
    public async Task<int> RunAsync(int first, int count)
    {
        var started = Stopwatch.GetTimestamp();
        var end = first + count;
        for (var next = first; next < end;)
        {
            next = await RunChildAsync(next, Math.Min(CasesPerChild, end - next));
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{target}: {count} cases, {_worked} worked, {_refused} refused, {_failures.Count} failed; {seconds:0} s, peak {_memory >> 20} MiB in a process"));
        return _failures.Count;
    }

    /// <returns>The case to go on with.</returns>
    private async Task<int> RunChildAsync(int first, int count)
    {
        using var child = Start(first, count);
        var current = new Current(first);
        var reading = ReadAsync(child, current);
        var errors = child.StandardError.ReadToEndAsync();
        var ended = child.WaitForExitAsync();
        var reason = "";
        try
        {
            while (await Task.WhenAny(ended, Task.Delay(200)) != ended && (reason = Overdrawn(child, current)).Length == 0)
            {
            }
        }
        finally
        {
            if (!child.HasExited)
            {
                child.Kill();
            }
        }

        await ended;
        await reading;
        if (reason.Length == 0 && child.ExitCode == 0)
        {
            return first + count;
        }

        var message = (await errors).ReplaceLineEndings(" | ");
        Fail(current.Case, reason.Length > 0 ? reason : $"the process ended with {child.ExitCode}: {(message.Length > 2000 ? message[..2000] : message)}");
        return current.Case + 1;
    }

    private Process Start(int first, int count)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(Campaign).Assembly.Location);
        }

        foreach (var argument in new[] { "--child", Text(first), "--cases", Text(count), "--seed", Text(seed), "--only", target })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_GCHeapHardLimit"] = MaxManagedMemory;
        start.Environment["DOTNET_TieredCompilation"] = "1";
        return Process.Start(start)!;
    }

    private async Task ReadAsync(Process child, Current current)
    {
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            var parts = line.Split(' ', 3);
            var index = int.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture);
            switch (parts[0])
            {
                case "start":
                    current.Begin(index, child);
                    break;
                case nameof(Outcome.Worked):
                    _worked++;
                    break;
                case nameof(Outcome.Refused):
                    _refused++;
                    break;
                default:
                    Fail(index, parts[2]);
                    break;
            }
        }
    }

    private string Overdrawn(Process child, Current current)
    {
        try
        {
            child.Refresh();
            _memory = Math.Max(_memory, child.WorkingSet64);
            return child.WorkingSet64 > MaxMemory ? $"more than {MaxMemory >> 20} MiB of memory"
                : child.TotalProcessorTime - current.ProcessorAtStart > MaxProcessor ? $"more than {MaxProcessor.TotalSeconds:0} s of processor time"
                : Stopwatch.GetElapsedTime(current.StartedAt) > MaxStanding ? $"no end after {MaxStanding.TotalSeconds:0} s"
                : "";
        }
        catch (InvalidOperationException)
        {
            // The child has ended meanwhile; its exit code says how.
            return "";
        }
    }

    private void Fail(int index, string reason)
    {
        var line = $"FAILED {target} --seed {seed} --case {index}: {reason}";
        _failures.Add(line);
        Console.WriteLine(line);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Current(int first)
    {
        public int Case { get; private set; } = first;

        public long StartedAt { get; private set; } = Stopwatch.GetTimestamp();

        public TimeSpan ProcessorAtStart { get; private set; }

        public void Begin(int index, Process child)
        {
            Case = index;
            StartedAt = Stopwatch.GetTimestamp();
            try
            {
                ProcessorAtStart = child.TotalProcessorTime;
            }
            catch (InvalidOperationException)
            {
                // The child has ended since it wrote the line: there is nothing to watch any more.
                ProcessorAtStart = TimeSpan.Zero;
            }
        }
    }
}
