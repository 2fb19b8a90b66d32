using System.IO.Pipes;
using System.Text;
using System.Text.Json.Nodes;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Cli;

/// <summary><c>rerank query</c>.</summary>
public sealed class QueryTests : IAsyncLifetime, IDisposable
{
    private const string Escape = "\u001b[2J";

    private readonly TemporaryFolder _folder = new();
    private readonly InstantTime _time = new();
    private FakeService? _service;

    private FakeService Service => _service ?? throw new InvalidOperationException("Not started.");

    public async Task InitializeAsync() => _service = await FakeService.StartAsync();

    public async Task DisposeAsync() => await Service.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_model_in_this_process_ranks_documents()
    {
        _folder.With("a.txt", "Our office is open from nine to five.").With("b.txt", "To reset your password, open Settings.\nThen choose Security.");

        var run = await CliRun.RunAsync(
            new CliSurroundings { Input = "A password should be long.\n\n" },
            ["query", "How do I reset my password?", "-d", _folder["a.txt"], _folder["b.txt"], "-", .. CliRun.Local]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var rows = run.Output.TrimEnd().Split('\n').Select(row => row.Split('\t')).ToList();
        Assert.Equal(["1", "2", "3"], rows.Select(row => row[0]));
        Assert.Equal([_folder["b.txt"], "stdin:1", _folder["a.txt"]], rows.Select(row => row[2]));
        Assert.Equal("To reset your password, open Settings. Then choose Security.", rows[0][3]);
    }

    [Fact]
    public async Task A_service_ranks_documents_as_it_is_asked()
    {
        _folder.With("lines.txt", "a\n\nccc\nbb\n");

        var run = await RunAsync(
            "query", "q", "--lines", _folder["lines.txt"], "--json", "--top", "2", "--model", "m", "--instruction", "\"é\"", "--raw-scores");

        Assert.Equal((0, "The query was cut.\n"), (run.ExitCode, run.Error));
        var answer = JsonNode.Parse(run.Output)!;
        Assert.Equal(
            [(1, $"{_folder["lines.txt"]}:3"), (2, $"{_folder["lines.txt"]}:4"), (0, $"{_folder["lines.txt"]}:1")],
            answer["results"]!.AsArray().Select(result => (result!["index"]!.GetValue<int>(), result["source"]!.GetValue<string>())));
        var request = JsonNode.Parse(Service.Requests.First().Body)!;
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"query":"q","documents":["a","ccc","bb"],"top_n":2,"model":"m","instruction":"\"é\"","raw_scores":true}"""), request));
    }

    [Fact]
    public async Task Documents_of_any_script_are_sent_as_they_are()
    {
        var run = await RunAsync(new CliSurroundings { Input = "東京\n" }, "query", "größer", "-d", "-");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("\"documents\":[\"東京\"]", Service.Requests.First().Body, StringComparison.Ordinal);
        Assert.Contains("\"größer\"", Service.Requests.First().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_is_a_document_and_no_file_of_jobs()
    {
        using var documents = Pipe("to be ranked");
        using var jobs = Pipe("{}");

        var query = await RunAsync("query", "q", "-d", PathOf(documents), "--json");
        var file = await RunAsync("file", PathOf(jobs), "-o", _folder["out.jsonl"]);

        Assert.Equal((0, ""), (query.ExitCode, query.Error.Replace("The query was cut.\n", "", StringComparison.Ordinal)));
        Assert.Equal("to be ranked", JsonNode.Parse(Service.Requests.First().Body)!["documents"]![0]!.GetValue<string>());
        Assert.Equal(2, file.ExitCode);
        Assert.Contains("is a pipe", file.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_address_is_none()
    {
        var surroundings = new CliSurroundings { Time = _time, Environment = { ["RERANK_URL"] = "" } };

        var run = await CliRun.RunAsync(surroundings, "models", "--retry-for", "0");

        Assert.DoesNotContain("The address of the service must be", run.Error, StringComparison.Ordinal);
        Assert.NotEqual(2, run.ExitCode);
    }

    [Fact]
    public async Task A_terminal_gets_a_table_without_control_characters()
    {
        var run = await RunAsync(new CliSurroundings { Input = $"one {Escape}[bold]\tdocument\n", IsTerminal = true }, "query", "q", "-d", "-");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("score", run.Output, StringComparison.Ordinal);
        Assert.Contains("[bold] document", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Escape, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_job_and_a_refused_request_are_errors()
    {
        var failed = await RunAsync(new CliSurroundings { Input = "x\n" }, "query", "fail", "-d", "-");
        var refused = await RunAsync(new CliSurroundings { Input = "x\n" }, "query", "", "-d", "-");
        var local = await CliRun.RunAsync(new CliSurroundings { Input = "x\n" }, ["query", " ", "-d", "-", .. CliRun.Local]);

        Assert.Equal((1, "rerank: The job failed (model_error): No score.\n"), (failed.ExitCode, failed.Error));
        Assert.Equal((4, "rerank: The request is not valid: /query: is required\n"), (refused.ExitCode, refused.Error));
        Assert.Equal((4, "rerank: The request is not valid: /query: must not be empty or blank\n"), (local.ExitCode, local.Error));
    }

    [Fact]
    public async Task A_job_that_nobody_waits_for_any_more_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        Service.Before = (context, _) =>
        {
            if (context.Request.Method == "GET")
            {
                stop.Cancel();
                return Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => true, TaskScheduler.Default);
            }

            return Task.FromResult(false);
        };

        var run = await RunAsync(new CliSurroundings { Input = "x\n", CancellationToken = stop.Token }, "query", "q", "-d", "-");

        Assert.Equal((130, "rerank: Interrupted.\n"), (run.ExitCode, run.Error));
        Assert.Contains(Service.Requests, request => request.Method == "DELETE" && request.Path.StartsWith("/v1/jobs/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "Required command")]
    [InlineData("query", "argument")]
    [InlineData("query q", "There are no documents")]
    [InlineData("query q -d missing.txt", "does not exist")]
    [InlineData("query q -d .", "is a folder")]
    [InlineData("query q -d - --top 0", "--top must be a number from 1")]
    [InlineData("query q -d - --lines -", "once only")]
    [InlineData("query q -d - --url ftp://x", "http or https")]
    [InlineData("query q -d - --url http://a:b@x", "without user")]
    [InlineData("query q -d - --key a\nb", "The key must")]
    [InlineData("query q -d - --model-path x", "--model-path needs --local")]
    [InlineData("query q -d - --local --url http://x", "exclude each other")]
    [InlineData("query q -d - --local", "No model is given")]
    [InlineData("unknown", "unknown")]
    public async Task A_wrong_command_line_is_one_sentence(string line, string message)
    {
        var run = await CliRun.RunAsync(new CliSurroundings { Input = "x\n" }, line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task Bytes_that_are_not_text_are_an_error()
    {
        File.WriteAllBytes(_folder["image.png"], [0x89, 0x50, 0xFF]);

        var run = await CliRun.RunAsync("query", "q", "-d", _folder["image.png"]);

        Assert.Equal((2, $"rerank: {_folder["image.png"]} is not text in UTF-8.\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task Help_lists_the_exit_codes()
    {
        var run = await CliRun.RunAsync("--help");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Exit codes: 0 done;", run.Output, StringComparison.Ordinal);
        Assert.Contains("rerank", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("RerankFunctions.Cli", run.Output, StringComparison.Ordinal);
    }

    /// <summary>Creates a pipe that holds a text and whose writer is gone.</summary>
    private static AnonymousPipeServerStream Pipe(string text)
    {
        var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        using var writer = new AnonymousPipeClientStream(PipeDirection.Out, pipe.ClientSafePipeHandle);
        writer.Write(Encoding.UTF8.GetBytes(text));
        return pipe;
    }

    private static string PathOf(AnonymousPipeServerStream pipe) => $"/dev/fd/{pipe.SafePipeHandle.DangerousGetHandle()}";

    private Task<CliRun> RunAsync(params string[] args) => RunAsync(new CliSurroundings(), args);

    private Task<CliRun> RunAsync(CliSurroundings surroundings, params string[] args) => CliRun.RunAsync(
        surroundings with
        {
            Time = surroundings.CancellationToken.CanBeCanceled ? TimeProvider.System : _time,
            Environment = new Dictionary<string, string> { ["RERANK_URL"] = Service.Address },
        },
        args);
}
