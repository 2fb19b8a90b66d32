using System.Buffers;
using RerankFunctions.Cli.Lines;
using RerankFunctions.Cli.Outcomes;
using RerankFunctions.Contracts;

namespace RerankFunctions.Cli.Files;

/// <summary>
/// The output of a run, a line for each job of the input in its order, and the copies of the lines that failed. While the run is not complete, its state
/// is in a file beside it.
/// </summary>
internal sealed class OutputFile : IDisposable
{
    /// <summary>What the name of the state's file adds to that of the output.</summary>
    public const string StateSuffix = ".resume";

    private const int WriteBytes = 64 * 1024;

    private readonly string _statePath;
    private readonly FileStream _output;
    private readonly FileStream? _errors;
    private readonly TimeProvider _time;
    private readonly ArrayBufferWriter<byte> _lines = new();
    private readonly ArrayBufferWriter<byte> _failedLines = new();

    private OutputFile(string statePath, RunState state, FileStream output, FileStream? errors, TimeProvider time)
    {
        (_statePath, State, _output, _errors, _time) = (statePath, state, output, errors, time);
    }

    /// <summary>The run that the output belongs to.</summary>
    public RunState State { get; }

    /// <summary>Lines in the output.</summary>
    public long Jobs { get; private set; }

    /// <summary>Those of them whose job failed.</summary>
    public long Failed { get; private set; }

    /// <summary>Opens the output, with the lines that an interrupted run has left. A line that was cut in the middle is removed.</summary>
    /// <param name="path">The output.</param>
    /// <param name="wanted">The run that the command asks for.</param>
    /// <param name="overwrites">Whether to start anew.</param>
    /// <param name="time">The clock of ids.</param>
    /// <param name="cancellationToken">Ends the reading of earlier lines.</param>
    /// <exception cref="CliException">The files hold something else, or another process writes them.</exception>
    public static async Task<OutputFile> OpenAsync(
        string path, RunState wanted, bool overwrites, TimeProvider time, CancellationToken cancellationToken)
    {
        var statePath = path + StateSuffix;
        var state = overwrites ? null : RunState.Read(statePath);
        state?.EnsureSame(wanted, path);
        if (!overwrites)
        {
            EnsureNew(state is null ? path : null);
            EnsureNew(state?.Errors == wanted.Errors ? null : wanted.Errors);
        }

        wanted = wanted with { Run = state?.Run ?? wanted.Run };
        var file = new OutputFile(statePath, wanted, OpenFile(path), wanted.Errors is null ? null : OpenFile(wanted.Errors), time);
        try
        {
            await file.BeginAsync(keepsLines: state is not null, cancellationToken);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Adds a line.</summary>
    public void Write(JobLine line, JobOutcome outcome)
    {
        var before = _lines.WrittenCount;
        OutputLineWriter.Write(_lines, line, outcome, outcome.RequestId ?? JobId.Create(_time));
        Count(outcome is not JobOutcome.Answered, _lines.WrittenSpan[before..]);
        if (_lines.WrittenCount >= WriteBytes)
        {
            Flush();
        }
    }

    /// <summary>Hands the lines to the operating system, so that they outlive the process.</summary>
    public void Flush()
    {
        Flush(_lines, _output);
        if (_errors is not null)
        {
            Flush(_failedLines, _errors);
        }
    }

    /// <summary>Ends the run: every job has its line.</summary>
    public void Complete()
    {
        Flush();
        _output.Flush(flushToDisk: true);
        _errors?.Flush(flushToDisk: true);
        File.Delete(_statePath);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Flush();
        _output.Dispose();
        _errors?.Dispose();
    }

    private static void Flush(ArrayBufferWriter<byte> lines, FileStream file)
    {
        if (lines.WrittenCount > 0)
        {
            file.Write(lines.WrittenSpan);
            lines.ResetWrittenCount();
        }
    }

    private static void EnsureNew(string? path)
    {
        if (path is not null && new FileInfo(path) is { Exists: true, Length: > 0 })
        {
            throw CliException.Usage($"{path} exists, and is not the rest of an interrupted run. Name another file, or replace it with --overwrite.");
        }
    }

    // No buffer: lines are gathered here, so that what is flushed is whole.
    private static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            throw CliException.Usage($"{path} cannot be written; another process may be using it.");
        }
    }

    private async Task BeginAsync(bool keepsLines, CancellationToken cancellationToken)
    {
        _errors?.SetLength(0);
        if (keepsLines)
        {
            await KeepLinesAsync(cancellationToken);
        }
        else
        {
            // Before the state: lines of another run must never stand beside the state of this one.
            _output.SetLength(0);
        }

        State.Write(_statePath);
    }

    private async Task KeepLinesAsync(CancellationToken cancellationToken)
    {
        using var lines = new TextLineReader(_output, int.MaxValue / 2);
        var end = 0L;
        while (await lines.ReadAsync(cancellationToken) is { HasEnd: true } line && OutputLineWriter.ReadFailed(line.Bytes.Span) is { } failed)
        {
            Count(failed, failed ? [.. line.Bytes.Span, (byte)'\n'] : default);
            end = lines.Position;
        }

        _output.SetLength(end);
        _output.Position = end;
    }

    private void Count(bool failed, ReadOnlySpan<byte> line)
    {
        Jobs++;
        if (failed)
        {
            Failed++;
            if (_errors is not null)
            {
                _failedLines.Write(line);
            }
        }
    }
}
