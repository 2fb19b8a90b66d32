using RerankFunctions.EndToEnd.Support;
using RerankFunctions.Tests.Cli;

namespace RerankFunctions.EndToEnd;

/// <summary>The built command line as a process, through the running app and with a model of its own.</summary>
[Collection(RunningAppTests.Name)]
public sealed class CommandLineTests(RunningApp running) : IDisposable
{
    private static readonly string Program = Path.Combine(
        Repository.Root,
        "src",
        "RerankFunctions.Cli",
        Path.GetRelativePath(Path.Combine(Repository.Root, "tests", "RerankFunctions.EndToEnd"), AppContext.BaseDirectory),
        "RerankFunctions.Cli.dll");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rerank-cli-");

    [Fact]
    public async Task A_file_goes_through_the_app_and_on_after_a_kill()
    {
        await AssertGoesOnAsync(JobFile.Jobs(15) + "{}\n" + JobFile.Jobs(15), failed: 1, "--jobs", "2");
    }

    [Fact]
    public async Task A_file_is_scored_in_the_process_and_on_after_a_kill()
    {
        await AssertGoesOnAsync(
            JobFile.Jobs(800) + "{}\n" + JobFile.Jobs(300), failed: 1, "--local", "--model-path", Path.Combine(Repository.Root, "models", "demo"));
    }

    [Fact]
    public async Task A_query_is_answered_by_the_app()
    {
        File.WriteAllText(PathOf("lines.txt"), "Our office is open from nine to five.\nTo reset your password, open Settings.\n");
        await using var process = Start("query", "How do I reset my password?", "--lines", PathOf("lines.txt"));

        Assert.Equal(0, await process.WaitForExitAsync());
        var lines = process.Output.Split('\n');
        Assert.StartsWith("1\t0.9", lines[0], StringComparison.Ordinal);
        Assert.Contains($"{PathOf("lines.txt")}:2\tTo reset your password, open Settings.", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("2\t", lines[1], StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task AssertGoesOnAsync(string input, int failed, params string[] options)
    {
        File.WriteAllText(PathOf("in.jsonl"), input);
        var output = new FileInfo(PathOf("out.jsonl"));
        await using (var killed = StartFile("out.jsonl", options))
        {
            await Deadline.UntilAsync(
                () =>
                {
                    output.Refresh();
                    return Task.FromResult(output is { Exists: true, Length: > 0 } || killed.HasExited);
                },
                "The command writes lines",
                () => killed.Output);
            await killed.KillAsync();
            Assert.True(File.Exists(PathOf("out.jsonl.resume")), $"The run was over before it was killed: {killed.Output}");
        }

        var kept = (await File.ReadAllLinesAsync(output.FullName))[..^1];
        await RunAsync("out.jsonl", options);
        await RunAsync("whole.jsonl", options);

        var lines = await File.ReadAllLinesAsync(output.FullName);
        Assert.Equal(input.Count(character => character == '\n'), lines.Length);
        Assert.Equal(kept, lines[..kept.Length]);
        JobFile.AssertSame(JobFile.Read(PathOf("whole.jsonl")), JobFile.Read(output.FullName));
        Assert.Equal(failed, JobFile.Read(PathOf("errors.jsonl")).Count);
    }

    /// <summary>Runs the file to its end; one of its lines fails.</summary>
    private async Task RunAsync(string output, string[] options)
    {
        await using var process = StartFile(output, options);
        await Deadline.UntilAsync(() => Task.FromResult(process.HasExited), "The command ends", () => process.Output);
        Assert.True(await process.WaitForExitAsync() == 1, process.Output);
        Assert.Contains("1 failed", process.Output, StringComparison.Ordinal);
    }

    private ChildProcess StartFile(string output, string[] options) =>
        Start(["file", PathOf("in.jsonl"), "-o", PathOf(output), "--errors", PathOf(output == "out.jsonl" ? "errors.jsonl" : "others.jsonl"), .. options]);

    private ChildProcess Start(params string[] args) => ChildProcess.Start("dotnet", [Program, .. args], _folder.FullName, new Dictionary<string, string>
    {
        ["RERANK_URL"] = running.Api.Root.ToString(),
        ["RERANK_KEY"] = Api.FunctionKey ?? "",
        ["Rerank__MeasurementPath"] = Path.Combine(AppContext.BaseDirectory, "runs"),
    });

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
