using System.Threading.Channels;
using RerankFunctions.Cli.Lines;
using RerankFunctions.Cli.Outcomes;
using RerankFunctions.Cli.Scoring;
using RerankFunctions.Contracts;

namespace RerankFunctions.Cli.Files;

/// <summary>
/// Runs the jobs of a file: reads lines, keeps as many jobs under way as the backend has room for, and writes their lines in the order of the input.
/// Memory is bounded, whatever the size of the file: by the backend's room, and by the bytes of lines that are read and not yet written.
/// </summary>
/// <param name="backend">Scores the jobs.</param>
/// <param name="input">The jobs.</param>
/// <param name="output">Receives their lines.</param>
/// <param name="defaults">Fields that requests get which do not have them.</param>
/// <param name="progress">Receives how far the run is.</param>
internal sealed class FileRun(IRerankBackend backend, InputFile input, OutputFile output, RequestDefaults defaults, FileProgress progress)
{
    // The largest body that the Functions host accepts. The reader of requests has a limit of its own below it.
    private const int MaxLineBytes = 100_000_000;

    // A job at the head of the order may take long. Until it is done, so many others may end behind it.
    private const int MaxLinesHeld = 16_384;
    private const long MaxBytesHeld = 64 * 1024 * 1024;

    private readonly Room _held = new(MaxBytesHeld);

    /// <summary>Runs the jobs whose lines are not in the output yet.</summary>
    /// <exception cref="CliException">Service or model cannot be used; the lines before are written.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var jobs = Channel.CreateBounded<Job>(new BoundedChannelOptions(MaxLinesHeld) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => ReadAsync(jobs.Writer, stop.Token), CancellationToken.None);
        try
        {
            await WriteAsync(jobs.Reader, stop.Token);
            output.Complete();
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task ReadAsync(ChannelWriter<Job> jobs, CancellationToken cancellationToken)
    {
        try
        {
            using var lines = new TextLineReader(input.Content, MaxLineBytes);
            for (var left = output.Jobs; left > 0; left--)
            {
                await lines.ReadAsync(cancellationToken);
            }

            while (await lines.ReadAsync(cancellationToken) is { } text)
            {
                await _held.EnterAsync(text.Bytes.Length, cancellationToken);
                var line = text.IsTooLong
                    ? new JobLine(text.Number, null, default, Problem.BodyTooLarge(MaxLineBytes))
                    : JobLine.Read(text.Number, text.Bytes.ToArray());
                var outcome = line.Problem is { } problem
                    ? Task.FromResult<JobOutcome>(JobOutcome.Refused.Of(problem))
                    : await backend.StartAsync(
                        defaults.Apply(line.Body), FormattableString.Invariant($"{output.State.Run}-{line.Number}"), cancellationToken);
                await jobs.WriteAsync(new Job(line with { Body = default }, text.Bytes.Length, input.Position, outcome), cancellationToken);
            }

            jobs.Complete();
        }
        catch (Exception exception)
        {
            // Whoever writes the lines gets it, after the jobs before.
            jobs.Complete(exception);
            throw;
        }
    }

    private async Task WriteAsync(ChannelReader<Job> jobs, CancellationToken cancellationToken)
    {
        progress.Set(output.Jobs, output.Failed, 0);
        await foreach (var job in jobs.ReadAllAsync(cancellationToken))
        {
            if (!job.Outcome.IsCompleted)
            {
                output.Flush();
            }

            output.Write(job.Line, await job.Outcome.WaitAsync(cancellationToken));
            _held.Leave(job.Bytes);
            progress.Set(output.Jobs, output.Failed, job.Position);
        }
    }

    /// <param name="Line">Its line, without the request.</param>
    /// <param name="Bytes">Size of the line.</param>
    /// <param name="Position">How much of the input was read when the job began.</param>
    /// <param name="Outcome">Its outcome.</param>
    private sealed record Job(JobLine Line, int Bytes, long Position, Task<JobOutcome> Outcome);
}
