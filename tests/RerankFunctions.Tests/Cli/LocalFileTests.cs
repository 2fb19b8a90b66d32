using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Cli;

/// <summary><c>rerank file</c> with a model in this process.</summary>
public sealed class LocalFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Each_job_has_its_line_in_the_order_of_the_input()
    {
        _folder.With("in.jsonl", JobFile.Jobs(40));

        var run = await RunAsync("in.jsonl", "--json");

        Assert.Equal(0, run.ExitCode);
        var lines = JobFile.Read(_folder["out.jsonl"]);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"job-{i}"), lines.Select(line => line["custom_id"]!.GetValue<string>()));
        Assert.All(lines, line =>
        {
            Assert.Equal(200, line["response"]!["status_code"]!.GetValue<int>());
            Assert.Equal(line["id"]!.GetValue<string>(), line["response"]!["request_id"]!.GetValue<string>());
            Assert.Equal("demo", line["response"]!["body"]!["model"]!.GetValue<string>());
            Assert.Null(line["error"]);
        });
        var summary = JsonNode.Parse(run.Output)!;
        Assert.Equal((40, 0, 0), (summary["jobs"]!.GetValue<int>(), summary["failed"]!.GetValue<int>(), summary["resumed"]!.GetValue<int>()));
        Assert.Equal(["in.jsonl", "out.jsonl"], Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Lines_that_fail_have_the_error_of_the_API_and_their_number()
    {
        _folder.With("in.jsonl", "\uFEFF{\"custom_id\":\"a\",\"query\":\"q\",\"documents\":[\"x\"]}\r\n\r\nnot json\n"
            + """{"custom_id":"b","body":{"query":"","documents":[],"model":"other"}}""" + "\n" + """{"custom_id":"c","query":"q","documents":["x"]}""");

        var run = await RunAsync("in.jsonl", "--errors", _folder["errors.jsonl"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("4 jobs done; 2 failed", run.Error, StringComparison.Ordinal);
        var lines = JobFile.Read(_folder["out.jsonl"]);
        Assert.Equal(["a", null, "b", "c"], lines.Select(line => line["custom_id"]?.GetValue<string>()));
        Assert.Equal((3, 400, "malformed_json"), Failure(lines[1]));
        Assert.Equal((4, 422, "invalid_request"), Failure(lines[2]));
        var fields = lines[2]["response"]!["body"]!["errors"]!.AsArray();
        Assert.Equal(["/model", "/query", "/documents"], fields.Select(error => error!["path"]!.GetValue<string>()));
        Assert.Equal(File.ReadAllLines(_folder["out.jsonl"])[1..3], File.ReadAllLines(_folder["errors.jsonl"]));
    }

    [Fact]
    public async Task Options_fill_fields_that_requests_lack()
    {
        _folder.With("in.jsonl", """
            {"query":"q","documents":["x","y","z"]}
            {"body":{"query":"q","documents":["x","y","z"],"top_n":1,"raw_scores":false}}
            """);

        await RunAsync("in.jsonl", "--top", "2", "--raw-scores", "--model", "mine");

        var answers = JobFile.Read(_folder["out.jsonl"]).Select(line => line["response"]!["body"]!).ToList();
        Assert.Equal([2, 1], answers.Select(answer => answer["results"]!.AsArray().Count));
        Assert.True(answers[0]["results"]![0]!["relevance_score"]!.GetValue<double>() < 0);
        Assert.True(answers[1]["results"]![0]!["relevance_score"]!.GetValue<double>() > 0);
        Assert.All(answers, answer => Assert.Equal("mine", answer["model"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_compressed_file_gives_the_same_lines()
    {
        _folder.With("in.jsonl", JobFile.Jobs(10));
        using (var compressed = new GZipStream(File.Create(_folder["in.gz"]), CompressionLevel.Fastest))
        {
            compressed.Write(File.ReadAllBytes(_folder["in.jsonl"]));
        }

        await RunAsync("in.jsonl");
        var plain = JobFile.Read(_folder["out.jsonl"]);
        var run = await RunAsync("in.gz", "--overwrite");

        Assert.Equal(0, run.ExitCode);
        JobFile.AssertSame(plain, JobFile.Read(_folder["out.jsonl"]));
    }

    [Fact]
    public async Task A_run_goes_on_wherever_it_was_cut()
    {
        const string Wrong = "{}\n";
        _folder.With("in.jsonl", JobFile.Jobs(6) + Wrong + JobFile.Jobs(3) + Wrong);
        string[] options = ["--errors", _folder["errors.jsonl"]];
        await InterruptAsync("in.jsonl", options);
        var state = File.ReadAllBytes(_folder["out.jsonl.resume"]);
        await RunAsync("in.jsonl", options);
        var (whole, errors) = (File.ReadAllBytes(_folder["out.jsonl"]), File.ReadAllBytes(_folder["errors.jsonl"]));
        var lines = File.ReadAllLines(_folder["out.jsonl"]);
        var read = JobFile.Read(_folder["out.jsonl"]);
        Assert.Equal(11, lines.Length);
        foreach (var length in new[] { 0, 1, lines[0].Length, lines[0].Length + 1, whole.Length / 2, whole.Length - 1, whole.Length })
        {
            File.WriteAllBytes(_folder["out.jsonl"], whole[..length]);
            File.WriteAllBytes(_folder["errors.jsonl"], errors[..Math.Min(length, errors.Length)]);
            File.WriteAllBytes(_folder["out.jsonl.resume"], state);
            var kept = Encoding.UTF8.GetString(whole[..length]).Split('\n').Length - 1;

            var run = await RunAsync("in.jsonl", [.. options, "--json"]);

            Assert.Equal((1, kept), (run.ExitCode, JsonNode.Parse(run.Output)!["resumed"]!.GetValue<int>()));
            var now = File.ReadAllLines(_folder["out.jsonl"]);
            Assert.Equal(lines[..kept], now[..kept]);
            JobFile.AssertSame(read, JobFile.Read(_folder["out.jsonl"]));
            Assert.Equal([now[6], now[10]], File.ReadAllLines(_folder["errors.jsonl"]));
            Assert.False(File.Exists(_folder["out.jsonl.resume"]));
        }
    }

    [Fact]
    public async Task An_interrupted_run_goes_on_with_the_same_input_and_options_only()
    {
        _folder.With("in.jsonl", JobFile.Jobs(5)).With("other.jsonl", JobFile.Jobs(6));
        var interrupted = await InterruptAsync("in.jsonl");

        var otherInput = await RunAsync("other.jsonl");
        var otherOptions = await RunAsync("in.jsonl", "--top", "1");
        _folder.With("mine.txt", "mine");
        var otherErrors = await RunAsync("in.jsonl", "--errors", _folder["mine.txt"]);
        var same = await RunAsync("in.jsonl", "--errors", _folder["errors.jsonl"]);

        Assert.Equal(130, interrupted.ExitCode);
        Assert.Contains("The same command goes on", interrupted.Error, StringComparison.Ordinal);
        Assert.Equal((2, 2, 2, 0), (otherInput.ExitCode, otherOptions.ExitCode, otherErrors.ExitCode, same.ExitCode));
        Assert.Equal("mine", File.ReadAllText(_folder["mine.txt"]));
        Assert.Contains("from another input", otherInput.Error, StringComparison.Ordinal);
        Assert.Contains("other options", otherOptions.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_others_are_not_replaced()
    {
        _folder.With("in.jsonl", JobFile.Jobs(1)).With("out.jsonl", "mine").With("errors.jsonl", "mine");

        var output = await RunAsync("in.jsonl");
        File.Delete(_folder["out.jsonl"]);
        var errors = await RunAsync("in.jsonl", "--errors", _folder["errors.jsonl"]);
        var same = await RunAsync("in.jsonl", "--errors", _folder["in.jsonl"]);
        var overwritten = await RunAsync("in.jsonl", "--errors", _folder["errors.jsonl"], "--overwrite");

        Assert.Equal((2, 2, 2, 0), (output.ExitCode, errors.ExitCode, same.ExitCode, overwritten.ExitCode));
        Assert.Empty(File.ReadAllBytes(_folder["errors.jsonl"]));
    }

    [Theory]
    [InlineData("missing.jsonl", 2, "does not exist")]
    [InlineData("damaged.gz", 2, "rerank: ")]
    public async Task An_input_that_cannot_be_read_is_an_error(string name, int exitCode, string message)
    {
        File.WriteAllBytes(_folder["damaged.gz"], [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF]);

        var run = await RunAsync(name);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("--dtype", "fp7", 2, "Rerank:Dtype")]
    [InlineData("--threads", "many", 2, "Rerank:ModelThreads")]
    [InlineData("--model-path", "no/such/folder", 3, "does not exist")]
    [InlineData("--model-path", "hf:nothing", 2, "hf:owner/name@revision")]
    public async Task A_model_that_cannot_be_used_is_an_error(string option, string value, int exitCode, string message)
    {
        _folder.With("in.jsonl", JobFile.Jobs(1));

        string[] model = option == "--model-path" ? ["--local"] : CliRun.Local;
        var run = await CliRun.RunAsync(["file", _folder["in.jsonl"], "-o", _folder["out.jsonl"], .. model, option, value]);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out.jsonl"]));
    }

    public void Dispose() => _folder.Dispose();

    private static (int Line, int Status, string Code) Failure(JsonNode line)
    {
        var body = line["response"]!["body"]!;
        Assert.Equal(body["status"]!.GetValue<int>(), line["response"]!["status_code"]!.GetValue<int>());
        Assert.Equal(body["code"]!.GetValue<string>(), line["error"]!["code"]!.GetValue<string>());
        return (line["line"]!.GetValue<int>(), body["status"]!.GetValue<int>(), body["code"]!.GetValue<string>());
    }

    private Task<CliRun> RunAsync(string input, params string[] options) => RunAsync(new CliSurroundings(), input, options);

    /// <summary>Runs a file and interrupts the run when its first job begins.</summary>
    private async Task<CliRun> InterruptAsync(string input, params string[] options)
    {
        using var stop = new CancellationTokenSource();
        return await RunAsync(new CliSurroundings { CancellationToken = stop.Token, Time = new StoppingTime(stop) }, input, options);
    }

    private Task<CliRun> RunAsync(CliSurroundings surroundings, string input, params string[] options) =>
        CliRun.RunAsync(surroundings, ["file", _folder[input], "-o", _folder["out.jsonl"], .. CliRun.Local, .. options]);

    /// <summary>A clock that ends the command when it is asked for the time, as the first job does for its id.</summary>
    private sealed class StoppingTime(CancellationTokenSource stop) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            stop.Cancel();
            return base.GetUtcNow();
        }
    }
}
