using System.Text.Json.Nodes;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Cli;

/// <summary><c>rerank file</c> through a service.</summary>
public sealed class ServiceFileTests : IAsyncLifetime, IDisposable
{
    private const string Key = "Quagga-4711";

    private readonly TemporaryFolder _folder = new();
    private readonly InstantTime _time = new();
    private FakeService? _service;

    private FakeService Service => _service ?? throw new InvalidOperationException("Not started.");

    public async Task InitializeAsync() => _service = await FakeService.StartAsync();

    public async Task DisposeAsync() => await Service.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Jobs_are_submitted_as_bulk_work_and_their_answers_stand_in_order()
    {
        _folder.With("in.jsonl", JobFile.Jobs(60));

        var run = await RunAsync("--jobs", "4");

        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        var lines = JobFile.Read(_folder["out.jsonl"]);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"job-{i}"), lines.Select(line => line["custom_id"]!.GetValue<string>()));
        Assert.All(lines, line => Assert.Equal(line["id"]!.GetValue<string>(), line["response"]!["body"]!["id"]!.GetValue<string>()));
        Assert.InRange(Service.MostWaiting, 1, 4);
        var submitted = Service.Requests.Where(request => request.Method == "POST").ToList();
        Assert.All(submitted, request => Assert.Equal(500, JsonNode.Parse(request.Body)!["priority"]!.GetValue<int>()));
        Assert.All(Service.Requests, request => Assert.Equal(Key, request.Key));
        Assert.Equal(60, submitted.Select(request => request.IdempotencyKey).Distinct().Count());
    }

    [Fact]
    public async Task Busy_answers_and_lost_ones_double_no_job()
    {
        _folder.With("in.jsonl", JobFile.Jobs(20));
        Service.Before = async (context, before) =>
        {
            if (context.Request.Method != "POST")
            {
                return before == 1 && await FakeService.AnswerAsync(context, 502, "Bad Gateway");
            }

            switch (before % 4)
            {
                case 0:
                    return await FakeService.AnswerAsync(context, 503, """{"detail":"busy"}""", "7");
                case 1:
                    return await FakeService.AnswerAsync(context, 429, "", "3");
                case 2:
                    // The job is stored, but the answer is lost.
                    context.Response.Body = new LostBody(context);
                    return false;
                default:
                    return false;
            }
        };

        // On this clock, the waits of jobs side by side add up.
        var run = await RunAsync("--retry-for", "86400");

        Assert.Equal((0, 20), (run.ExitCode, Service.Jobs));
        Assert.Equal(20, JobFile.Read(_folder["out.jsonl"]).Count(line => line["response"]!["status_code"]!.GetValue<int>() == 200));
        Assert.Contains(TimeSpan.FromSeconds(7), _time.Waits);
        Assert.Contains(TimeSpan.FromSeconds(3), _time.Waits);
    }

    [Fact]
    public async Task Refused_and_failed_jobs_are_lines_of_the_errors()
    {
        _folder.With("in.jsonl", """
            {"custom_id":"a","query":"q","documents":["x"]}
            {"custom_id":"b","query":"","documents":["x"]}
            {"custom_id":"c","query":"fail","documents":["x"]}
            """);

        var run = await RunAsync("--errors", _folder["errors.jsonl"]);

        Assert.Equal(1, run.ExitCode);
        var errors = JobFile.Read(_folder["errors.jsonl"]);
        Assert.Equal(["b", "c"], errors.Select(line => line["custom_id"]!.GetValue<string>()));
        Assert.Equal(
            """{"status":422,"detail":"/query: is required","code":"invalid_request","extra":"kept"}""", errors[0]["response"]!["body"]!.ToJsonString());
        Assert.Equal(2, errors[0]["line"]!.GetValue<int>());
        Assert.Null(errors[1]["response"]);
        Assert.Equal("""{"code":"model_error","message":"No score."}""", errors[1]["error"]!.ToJsonString());
    }

    [Theory]
    [InlineData(401, "", 4, "--key")]
    [InlineData(404, """{"detail":"Nothing here."}""", 4, "Nothing here.")]
    [InlineData(307, "", 4, "Redirects")]
    [InlineData(500, """{"error":{"message":"Broken."}}""", 3, "Broken.")]
    [InlineData(503, """{"message":"Full."}""", 3, "Full.")]
    [InlineData(200, "<html>", 3, "Check the address")]
    public async Task A_service_that_cannot_be_used_ends_the_run_which_goes_on_later(int status, string body, int exitCode, string message)
    {
        _folder.With("in.jsonl", JobFile.Jobs(8));
        Service.Before = async (context, before) =>
        {
            context.Response.Headers.Location = "http://127.0.0.1:1/";
            return context.Request.Method == "POST" && before >= 3 && await FakeService.AnswerAsync(context, status, body);
        };

        var run = await RunAsync("--jobs", "1");
        Service.Before = (_, _) => Task.FromResult(false);
        var again = await RunAsync("--json");

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Contains("3 jobs are done", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.Equal((0, 3), (again.ExitCode, JsonNode.Parse(again.Output)!["resumed"]!.GetValue<int>()));
        Assert.Equal((8, 8), (JobFile.Read(_folder["out.jsonl"]).Count, Service.Jobs));
    }

    [Fact]
    public async Task A_run_that_goes_on_finds_the_jobs_that_it_had_submitted()
    {
        _folder.With("in.jsonl", JobFile.Jobs(8));
        Service.Before = async (context, before) =>
            context.Request.Method == "GET" && Service.Jobs >= 4 && await FakeService.AnswerAsync(context, 500, "");

        var run = await RunAsync("--jobs", "4");
        var submitted = Service.Jobs;
        Service.Before = (_, _) => Task.FromResult(false);
        var again = await RunAsync("--jobs", "4");

        Assert.Equal((3, 0), (run.ExitCode, again.ExitCode));
        Assert.InRange(submitted, 4, 8);
        Assert.Equal(8, Service.Jobs);
    }

    [Fact]
    public async Task A_service_that_does_not_answer_is_an_error_without_the_key()
    {
        _folder.With("in.jsonl", JobFile.Jobs(1));
        await Service.DisposeAsync();

        var run = await RunAsync();

        Assert.Equal(3, run.ExitCode);
        Assert.Contains($"The service at {Service.Address} does not answer", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, run.Error, StringComparison.Ordinal);
    }

    private Task<CliRun> RunAsync(params string[] options) => CliRun.RunAsync(
        new CliSurroundings { Time = _time, Environment = { ["RERANK_URL"] = Service.Address, ["RERANK_KEY"] = Key } },
        ["file", _folder["in.jsonl"], "-o", _folder["out.jsonl"], .. options]);

    /// <summary>A body that hangs up when it is written.</summary>
    private sealed class LostBody(Microsoft.AspNetCore.Http.HttpContext context) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            context.Abort();
            return ValueTask.CompletedTask;
        }
    }
}
