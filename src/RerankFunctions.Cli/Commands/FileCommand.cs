using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using RerankFunctions.Cli.Display;
using RerankFunctions.Cli.Files;
using RerankFunctions.Cli.Outcomes;

namespace RerankFunctions.Cli.Commands;

/// <summary><c>rerank file</c>: runs the jobs of a file.</summary>
internal static class FileCommand
{
    private const int DefaultJobs = 32;
    private const int MaxJobs = 1_000;

    // A service that restarts or scales out is back by then.
    private static readonly TimeSpan RetryFor = TimeSpan.FromMinutes(5);

    private static readonly Argument<string> Input = new("input")
    {
        Description = "JSON Lines, a job a line; also compressed with gzip",
        HelpName = "in.jsonl",
    };

    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "Receives a line for each job, in the order of the input",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<string?> Errors = new("--errors") { Description = "Receives copies of the lines whose job failed", HelpName = "FILE" };

    private static readonly Option<int?> Jobs = Ranges.Limit(
        new Option<int?>("--jobs") { Description = $"Jobs that a service works on at once for this file. Default: {DefaultJobs}", HelpName = "N" }, 1, MaxJobs);

    private static readonly Option<bool> Overwrite = new("--overwrite") { Description = "Start anew, also if the output exists" };

    /// <summary>Creates the command.</summary>
    public static Command Create(Func<ParseResult, Invocation> invocationOf)
    {
        var command = new Command("file", "Run the jobs of a file. The same command goes on after an end in the middle.")
        {
            Input, Output, Errors, Overwrite, Jobs,
        };
        RequestOptions.AddTo(command);
        BackendOptions.AddTo(command);
        command.SetAction((values, cancellationToken) => RunAsync(invocationOf(values), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (outputPath, errorsPath) = (invocation.Get(Output)!, invocation.Get(Errors));
        var paths = new[] { invocation.Get(Input), outputPath, errorsPath }.OfType<string>().Select(Path.GetFullPath).ToList();
        if (paths.Distinct(StringComparer.Ordinal).Count() < paths.Count)
        {
            throw CliException.Usage("Input, output and errors must be different files.");
        }

        using var input = InputFile.Open(invocation.Get(Input));
        await using var backend = BackendOptions.Create(invocation, RetryFor, invocation.Get(Jobs) ?? DefaultJobs, cancelsJobs: false);
        var isLocal = BackendOptions.IsLocal(invocation);
        var defaults = RequestOptions.Read(invocation, BackendOptions.ReadModel(invocation), isBulk: !isLocal);
        var scores = $"{await backend.OpenAsync(cancellationToken)}, {defaults.Json}";
        using var output = await OutputFile.OpenAsync(
            outputPath, RunState.Create(input.Fingerprint, scores, errorsPath), invocation.Get(Overwrite), invocation.Time, cancellationToken);
        var summary = new FileSummary(Resumed: output.Jobs);
        var progress = new FileProgress { TotalBytes = input.Length };
        var run = new FileRun(backend, input, output, defaults, progress);
        var started = invocation.Time.GetTimestamp();
        try
        {
            await ProgressDisplay.ShowAsync(invocation.Terminal, run.RunAsync(cancellationToken), () => Describe(progress));
        }
        catch (OperationCanceledException)
        {
            throw new CliException(
                ExitCodes.Interrupted, FormattableString.Invariant($"Interrupted after {output.Jobs} jobs. The same command goes on from there."));
        }
        catch (CliException exception)
        {
            throw new CliException(
                exception.ExitCode, FormattableString.Invariant($"{exception.Message} {output.Jobs} jobs are done; the same command goes on from there."));
        }

        summary = summary with { Jobs = output.Jobs, Failed = output.Failed, Seconds = invocation.Time.GetElapsedTime(started).TotalSeconds };
        Report(invocation, summary);
        return summary.Failed > 0 ? ExitCodes.SomeFailed : ExitCodes.Done;
    }

    private static (double Part, string Text) Describe(FileProgress progress) => (
        progress.TotalBytes == 0 ? 1 : (double)progress.Bytes / progress.TotalBytes,
        FormattableString.Invariant($"{progress.Jobs} jobs{(progress.Failed > 0 ? $", {progress.Failed} failed" : "")}"));

    private static void Report(Invocation invocation, FileSummary summary)
    {
        if (invocation.IsJson)
        {
            invocation.Terminal.Output.WriteLine(JsonSerializer.Serialize(summary, FileSummaryJson.Default.FileSummary));
        }

        var resumed = summary.Resumed > 0 ? $", {summary.Resumed} of them by earlier runs" : "";
        invocation.Terminal.Error.WriteLine(FormattableString.Invariant(
            $"{summary.Jobs} jobs done{resumed}; {summary.Failed} failed; {summary.Seconds:0.0} s."));
    }
}

/// <summary>What a run has done.</summary>
/// <param name="Jobs">Lines of the output.</param>
/// <param name="Failed">Those of them whose job failed.</param>
/// <param name="Resumed">Those of them that were there before.</param>
/// <param name="Seconds">How long it took, without the load of a model.</param>
internal sealed record FileSummary(long Jobs = 0, long Failed = 0, long Resumed = 0, double Seconds = 0);

/// <summary>JSON form of <see cref="FileSummary"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(FileSummary))]
internal sealed partial class FileSummaryJson : JsonSerializerContext;
