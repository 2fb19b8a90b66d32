using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using RerankFunctions.EndToEnd.Support;

namespace RerankFunctions.EndToEnd;

/// <summary>Batches from a file to its output.</summary>
[Collection(RunningAppTests.Name)]
public sealed class BatchTests(RunningApp running)
{
    private const string Secret = "Tapir-5150";
    private const double Tolerance = 1e-4;

    private readonly Batches _batches = new(running.Storage, running.Api);

    [Fact]
    public async Task A_drop_gets_its_results_line_by_line_as_the_api_answers()
    {
        var request = Request(0);
        request["return_documents"] = true;
        await _batches.PutAsync(Batches.Drops, "letters/one.jsonl",
        [
            "\uFEFF" + Line("a", request),
            "",
            """{"custom_id":"b","query":"","documents":["x"]}""",
            OpenAi("c", Request(2)).ToJsonString() + "\r",
            $"{Secret} is no JSON",
            Line("e", Request(1)),
        ]);

        var lines = await _batches.WaitForResultsAsync("letters/one.results.jsonl");
        var errors = await _batches.ReadAsync(Batches.Results, "letters/one.errors.jsonl");

        Assert.Equal(["a", "b", "c", null, "e"], lines.Select(line => line["custom_id"]?.GetValue<string>()));
        Assert.Equal([200, 422, 200, 400, 200], lines.Select(line => line["response"]!["status_code"]!.GetValue<int>()));
        await AssertAnswerAsync(lines[0], request);
        await AssertAnswerAsync(lines[2], Request(2));
        await AssertAnswerAsync(lines[4], Request(1));
        Assert.Equal([3, 5], errors!.Select(line => line["line"]!.GetValue<int>()));
        Assert.Equal("/query", lines[1]["response"]!["body"]!["errors"]![0]!["path"]!.GetValue<string>());
        Assert.Equal([lines[1].ToJsonString(), lines[3].ToJsonString()], errors!.Select(line => line.ToJsonString()));
        Assert.DoesNotContain(Secret, running.App.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_starts_a_batch_of_a_compressed_file_once()
    {
        var rows = Enumerable.Range(0, 30).Select(number => OpenAi($"line {number}", Request(number % 3)).ToJsonString());
        var file = Encoding.UTF8.GetBytes(string.Join('\n', rows));
        await _batches.PutAsync(Batches.Inputs, "two.jsonl.gz", Batches.Gzip(file));
        var request = new JsonObject
        {
            ["input_file_id"] = $"{Batches.Inputs}/two.jsonl.gz",
            ["endpoint"] = "/v1/rerank",
            ["completion_window"] = "24h",
            ["metadata"] = new JsonObject { ["tenant"] = "t" },
        };

        var id = await _batches.StartAsync(request);
        Assert.Equal(id, await _batches.StartAsync(request));
        var status = await _batches.WaitForEndAsync(id);
        Assert.Equal(id, await _batches.StartAsync(request));

        Assert.Equal("completed", status["status"]!.GetValue<string>());
        Assert.Equal("batch", status["object"]!.GetValue<string>());
        Assert.Equal("t", status["metadata"]!["tenant"]!.GetValue<string>());
        Assert.Equal("24h", status["completion_window"]!.GetValue<string>());
        Assert.Equal("""{"total":30,"completed":30,"failed":0}""", status["request_counts"]!.ToJsonString());
        Assert.Equal("gzip", status["input"]!["compression"]!.GetValue<string>());
        Assert.Null(status["error_file_id"]);
        var output = status["output_file_id"]!.GetValue<string>();
        Assert.Equal($"{Batches.Results}/{Batches.Inputs}/two.results.jsonl", output);
        var lines = await _batches.ReadAsync(Batches.Results, output[(Batches.Results.Length + 1)..]);
        Assert.Equal(Enumerable.Range(0, 30).Select(number => $"line {number}"), lines!.Select(line => line["custom_id"]!.GetValue<string>()));
        await AssertAnswerAsync(lines![7], Request(1));

        using var list = await running.Api.GetAsync("/v1/batches?limit=100");
        Assert.Contains((await Api.ReadAsync(list))["data"]!.AsArray(), batch => batch!["id"]!.GetValue<string>() == id);
        using var cancel = await _batches.PostAsync($"/v1/batches/{id}/cancel", null);
        Assert.Equal(HttpStatusCode.Conflict, cancel.StatusCode);
    }

    [Fact]
    public async Task A_file_that_is_something_else_fails_with_a_sentence()
    {
        await _batches.PutAsync(Batches.Inputs, "table.csv", ["name,age", "a,1"]);

        var status = await _batches.WaitForEndAsync(await _batches.StartAsync(new JsonObject { ["input"] = $"{Batches.Inputs}/table.csv" }));

        Assert.Equal("failed", status["status"]!.GetValue<string>());
        Assert.Equal("not_json_lines", status["errors"]!["data"]![0]!["code"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"input":"rerank-inputs/missing.jsonl"}""", HttpStatusCode.NotFound)]
    [InlineData("""{"input":"rerank/jobs/x"}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"input":"rerank-inputs/a","completion_window":"8d"}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"input":"rerank-inputs/a","endpoint":"/v1/embeddings"}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{}""", HttpStatusCode.UnprocessableEntity)]
    public async Task A_wrong_request_is_refused(string body, HttpStatusCode expected)
    {
        using var response = await _batches.PostAsync("/v1/batches", JsonNode.Parse(body));

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task An_unknown_batch_is_404()
    {
        using var get = await running.Api.GetAsync("/v1/batches/batch_01m7ypsec0ekgr7b2zd5e7ty4k");
        using var cancel = await _batches.PostAsync("/v1/batches/nothing/cancel", null);

        Assert.Equal(HttpStatusCode.NotFound, get.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, cancel.StatusCode);
    }

    private static JsonObject Request(int number) => new()
    {
        ["query"] = $"Where does animal {number} live?",
        ["documents"] = new JsonArray("It lives in the forest.", $"Animal {number} lives in the zoo.", "The train is late."),
    };

    private static string Line(string customId, JsonObject request)
    {
        var line = request.DeepClone();
        line["custom_id"] = customId;
        return line.ToJsonString();
    }

    private static JsonObject OpenAi(string customId, JsonObject request) => new()
    {
        ["custom_id"] = customId,
        ["method"] = "POST",
        ["url"] = "/v1/rerank",
        ["body"] = request,
    };

    /// <summary>The line holds what a job with the same request answers, up to what the scores of a pair owe to the micro-batch that it was in.</summary>
    private async Task AssertAnswerAsync(JsonNode line, JsonObject request)
    {
        var job = await running.Api.RerankAsync(request);
        var body = line["response"]!["body"]!;
        Assert.Equal(job["meta"]!.ToJsonString(), body["meta"]!.ToJsonString());
        Assert.Equal(job["usage"]!["total_tokens"]!.ToJsonString(), body["usage"]!["total_tokens"]!.ToJsonString());
        Assert.Equal("demo", body["model"]!.GetValue<string>());
        Assert.Equal(line["id"]!.GetValue<string>(), body["id"]!.GetValue<string>());
        foreach (var (expected, actual) in job["results"]!.AsArray().Zip(body["results"]!.AsArray()))
        {
            Assert.Equal(expected!["index"]!.GetValue<int>(), actual!["index"]!.GetValue<int>());
            Assert.Equal(expected["relevance_score"]!.GetValue<double>(), actual["relevance_score"]!.GetValue<double>(), Tolerance);
            Assert.Equal(expected["document"]?.ToJsonString(), actual["document"]?.ToJsonString());
        }
    }
}
