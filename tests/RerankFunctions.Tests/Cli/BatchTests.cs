using System.Text.Json.Nodes;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Cli;

/// <summary><c>rerank batch</c> and <c>rerank models</c>.</summary>
public sealed class BatchTests : IAsyncLifetime
{
    private const string Completed =
        """{"id":"batch_1","object":"batch","status":"completed","request_counts":{"total":3,"completed":2,"failed":1},"output_file_id":"out/a","more":[1]}""";

    private readonly InstantTime _time = new();
    private readonly List<(string Method, string Path)> _calls = [];
    private FakeService? _service;

    private FakeService Service => _service ?? throw new InvalidOperationException("Not started.");

    public async Task InitializeAsync() => _service = await FakeService.StartAsync();

    public async Task DisposeAsync() => await Service.DisposeAsync();

    [Fact]
    public async Task A_batch_is_started()
    {
        Answer("""{"id":"batch_1","object":"batch","status":"validating","request_counts":{"total":0,"completed":0,"failed":0}}""");

        var run = await RunAsync("batch", "start", "drops/in.jsonl", "--metadata", "team=search", "--metadata", "x=a=b");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("id\tbatch_1\nstatus\tvalidating\ntotal\t0\ncompleted\t0\nfailed\t0\n", run.Output);
        Assert.Equal([("POST", "/v1/batches")], _calls);
        Assert.Equal("""{"input":"drops/in.jsonl","metadata":{"team":"search","x":"a=b"}}""", Service.Requests.Single().Body);
        Assert.NotNull(Service.Requests.Single().IdempotencyKey);
    }

    [Fact]
    public async Task A_batch_is_shown_and_cancelled()
    {
        Answer("""
            {"id":"batch_1","object":"batch","status":"failed",
             "errors":{"object":"list","data":[{"code":"not_json_lines","message":"No\u001b[2J lines.","line":null}]},
             "output_file_id":null,"error_file_id":"out/e.jsonl"}
            """);

        var shown = await RunAsync("batch", "status", "batch_1");
        var cancelled = await RunAsync("batch", "cancel", "a/b");

        Assert.Equal((0, "id\tbatch_1\nstatus\tfailed\nerrors\tout/e.jsonl\nerror\tNo [2J lines.\n"), (shown.ExitCode, shown.Output));
        Assert.Equal(0, cancelled.ExitCode);
        Assert.Equal([("GET", "/v1/batches/batch_1"), ("POST", "/v1/batches/a%2Fb/cancel")], _calls);
    }

    [Theory]
    [InlineData("completed", 0, 0)]
    [InlineData("completed", 1, 1)]
    [InlineData("failed", 0, 1)]
    [InlineData("expired", 0, 1)]
    [InlineData("cancelled", 0, 1)]
    public async Task Waiting_ends_with_the_batch(string status, int failed, int exitCode)
    {
        Service.Other = (_, _) => (200, Service.Requests.Count switch
        {
            1 => """{"id":"b","status":"validating"}""",
            2 => """{"id":"b","status":"in_progress","request_counts":{"total":4,"completed":1,"failed":0}}""",
            3 => """{"id":"b","status":"finalizing","request_counts":{"total":4,"completed":4,"failed":0}}""",
            4 => """{"id":"b","status":"cancelling"}""",
            _ => $$$"""{"id":"b","status":"{{{status}}}","request_counts":{"total":4,"completed":3,"failed":{{{failed}}}}}""",
        });

        var run = await RunAsync("batch", "wait", "b");

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains($"status\t{status}\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(4, _time.Waits.Count);
    }

    [Fact]
    public async Task A_batch_is_started_and_waited_for()
    {
        Answer(Completed);

        var run = await RunAsync("batch", "start", "drops/in.jsonl", "--wait", "--json");

        Assert.Equal((1, Completed + "\n"), (run.ExitCode, run.Output));
    }

    [Theory]
    [InlineData("", 10)]
    [InlineData(" --wait", 300)]
    public async Task A_call_is_tried_again_for_longer_only_when_a_batch_is_waited_for(string option, int seconds)
    {
        Service.Other = (_, _) => (503, "{}");

        var run = await RunAsync($"batch start drops/in.jsonl{option}".Split(' '));

        Assert.Equal(3, run.ExitCode);
        Assert.InRange(_time.Waits.Sum(wait => wait.TotalSeconds), seconds - 10, seconds);
    }

    [Fact]
    public async Task A_service_that_asks_for_no_pause_is_not_asked_without_one()
    {
        Service.Before = (context, before) => before < 3 ? FakeService.AnswerAsync(context, 429, "{}", "0") : Task.FromResult(false);
        Answer(Completed);

        var run = await RunAsync("batch", "status", "batch_1");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal([0.5, 1, 2], _time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task Batches_are_listed_by_page()
    {
        Answer($$"""{"object":"list","data":[{{Completed}},{"id":"batch_2","status":"validating"}],"has_more":true,"last_id":"batch_2"}""");

        var run = await RunAsync("batch", "list", "--limit", "2", "--after", "a&b");

        Assert.Equal((0, "batch_1\tcompleted\t3\t2\t1\nbatch_2\tvalidating\t\t\t\n"), (run.ExitCode, run.Output));
        Assert.Equal("There are more: --after batch_2\n", run.Error);
        Assert.Equal([("GET", "/v1/batches?limit=2&after=a%26b")], _calls);
    }

    [Fact]
    public async Task Models_are_listed()
    {
        const string Models = """{"object":"list","data":[{"id":"BAAI/bge","object":"model"},{"id":"demo"}]}""";
        Answer(Models);

        var plain = await RunAsync("models");
        var json = await RunAsync("models", "--json");

        Assert.Equal((0, "BAAI/bge\ndemo\n"), (plain.ExitCode, plain.Output));
        Assert.Equal((0, Models), (json.ExitCode, JsonNode.Parse(json.Output)!.ToJsonString()));
    }

    [Theory]
    [InlineData("batch status x")]
    [InlineData("batch start c/x")]
    [InlineData("batch list")]
    [InlineData("models")]
    public async Task What_the_service_refuses_is_an_error(string line)
    {
        var run = await RunAsync(line.Split(' '));

        Assert.Equal((4, "", "rerank: The service refused the request with status 404: No such route.\n"), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public async Task Metadata_must_have_names()
    {
        var run = await RunAsync("batch", "start", "c/x", "--metadata", "=x");

        Assert.Equal((2, "rerank: --metadata must be name=value, each name once.\n"), (run.ExitCode, run.Error));
    }

    private void Answer(string json) => Service.Other = (method, path) =>
    {
        _calls.Add((method, path));
        return (200, json);
    };

    private Task<CliRun> RunAsync(params string[] args) => CliRun.RunAsync(
        new CliSurroundings { Time = _time, Environment = { ["RERANK_URL"] = Service.Address } }, args);
}
