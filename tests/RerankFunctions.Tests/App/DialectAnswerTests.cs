using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using RerankFunctions.Contracts;
using RerankFunctions.Contracts.Dialects;
using RerankFunctions.Http;
using RerankFunctions.Sync;

namespace RerankFunctions.Tests.App;

public sealed class DialectAnswerTests
{
    private const string Usage = """{"prompt_tokens":9,"completion_tokens":0,"total_tokens":9,"cached_tokens":4}""";

    private static readonly RerankRequest Request = new() { Model = "demo", Query = "q", Documents = ["a", "b"] };

    [Theory]
    [InlineData(Dialect.Cohere, $$"""
        {"object":"rerank","id":"1","model":"demo","results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.25}],"usage":{{Usage}},
         "meta":{"api_version":{"version":"2"},"billed_units":{"search_units":1},"tokens":{"input_tokens":9,"output_tokens":0},"warnings":["cut"] } }
        """)]
    [InlineData(Dialect.Voyage, $$"""
        {"object":"list","data":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.25}],"usage":{{Usage}},"model":"demo"}
        """)]
    [InlineData(Dialect.TextEmbeddingsInference, """[{"index":1,"score":0.9},{"index":0,"score":0.25}]""")]
    [InlineData(Dialect.Mixedbread, $$"""
        {"object":"list","model":"demo","usage":{{Usage}},"top_k":2,"return_input":false,
         "data":[{"object":"rank_result","index":1,"score":0.9},{"object":"rank_result","index":0,"score":0.25}]}
        """)]
    [InlineData(Dialect.Nim, $$"""{"usage":{{Usage}},"rankings":[{"index":1,"logit":0.9},{"index":0,"logit":0.25}]}""")]
    [InlineData(Dialect.Score, $$"""
        {"id":"1","object":"list","created":1000,"model":"demo","usage":{{Usage}},
         "data":[{"index":0,"object":"score","score":0.25},{"index":1,"object":"score","score":0.9}]}
        """)]
    public async Task Each_dialect_has_its_form(Dialect dialect, string expected)
    {
        var (status, headers, body) = await ExecuteAsync(Answer(dialect, Request));

        Assert.Equal(200, status);
        Assert.Equal("application/json; charset=utf-8", headers.ContentType);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), body), body.ToJsonString());
    }

    [Theory]
    [InlineData(Dialect.Cohere, """{"index":1,"relevance_score":0.9,"document":{"text":"b"}}""")]
    [InlineData(Dialect.Voyage, """{"index":1,"relevance_score":0.9,"document":"b"}""")]
    [InlineData(Dialect.TextEmbeddingsInference, """{"index":1,"text":"b","score":0.9}""")]
    [InlineData(Dialect.Mixedbread, """{"object":"rank_result","index":1,"score":0.9,"input":"b"}""")]
    public async Task Texts_come_back_in_the_dialects_form(Dialect dialect, string expected)
    {
        var (_, _, body) = await ExecuteAsync(Answer(dialect, Request with { ReturnDocuments = true, TopN = 1 }));

        var list = body as JsonArray ?? body["results"] as JsonArray ?? body["data"]!.AsArray();
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), list[0]), body.ToJsonString());
    }

    [Fact]
    public async Task Scores_of_several_queries_stand_in_the_order_of_the_request()
    {
        var request = new DialectRequest(
            Dialect.Score, [new DialectRequestPart(Request, [2, 0]), new DialectRequestPart(Request with { Documents = ["a"] }, [1])]);
        var second = Result() with { Results = [new RerankResult(0, 0.5)] };

        var (_, _, body) = await ExecuteAsync(DialectAnswer.Of(request, [Result(), second], DateTimeOffset.UnixEpoch));

        Assert.Equal([0.9, 0.5, 0.25], body["data"]!.AsArray().Select(item => item!["score"]!.GetValue<double>()));
        Assert.Equal([0, 1, 2], body["data"]!.AsArray().Select(item => item!["index"]!.GetValue<int>()));
        Assert.Equal(18, body["usage"]!["total_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task An_error_is_read_by_every_client()
    {
        var (status, headers, body) = await ExecuteAsync(JsonAnswer.Of(Problem.Unauthorized()));

        Assert.Equal(401, status);
        Assert.Equal("Bearer", headers.WWWAuthenticate);
        Assert.Equal("application/problem+json", headers.ContentType);
        var message = body["message"]!.GetValue<string>();
        Assert.Equal(message, body["detail"]!.GetValue<string>());
        Assert.Equal(message, body["error"]!["message"]!.GetValue<string>());
        Assert.Equal("unauthorized", body["error"]!["code"]!.GetValue<string>());
        Assert.True(body["error"]!.AsObject().ContainsKey("param"));
    }

    [Theory]
    [InlineData(429, "Overloaded", "1")]
    [InlineData(503, "Unhealthy", "1")]
    [InlineData(500, "Backend", "")]
    [InlineData(422, "Validation", "")]
    public async Task Text_Embeddings_Inference_has_its_own_form_of_errors(int expected, string type, string retryAfter)
    {
        var problem = expected switch
        {
            429 => Problem.EngineFull(),
            503 => Problem.ModelLoading(),
            500 => Problem.Internal("7"),
            _ => Problem.InvalidFields([new FieldError("/texts", "is required")]),
        };

        var (status, headers, body) = await ExecuteAsync(JsonAnswer.Of(problem, Dialect.TextEmbeddingsInference));

        Assert.Equal(expected, status);
        Assert.Equal(retryAfter, headers.RetryAfter.ToString());
        Assert.Equal(problem.Detail, body["error"]!.GetValue<string>());
        Assert.Equal(type, body["error_type"]!.GetValue<string>());
        Assert.Equal(problem.Detail, body["message"]!.GetValue<string>());
    }

    private static IActionResult Answer(Dialect dialect, RerankRequest request) => DialectAnswer.Of(
        new DialectRequest(dialect, [new DialectRequestPart(request)]),
        [request.ReturnDocuments ? Result() with { Results = [new RerankResult(1, 0.9, new RerankDocument("b"))] } : Result()],
        DateTimeOffset.FromUnixTimeSeconds(1_000));

    private static RerankAnswer Result() => new(
        "1", "demo", [new RerankResult(1, 0.9), new RerankResult(0, 0.25)], RerankUsage.Of(9, 4), RerankMeta.Of(2, 9, ["cut"]));

    private static async Task<(int Status, IHeaderDictionary Headers, JsonNode Body)> ExecuteAsync(IActionResult result)
    {
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { Response = { Body = body } };
        await result.ExecuteResultAsync(new ActionContext(http, new RouteData(), new ActionDescriptor()));
        return (http.Response.StatusCode, http.Response.Headers, JsonNode.Parse(Encoding.UTF8.GetString(body.ToArray()))!);
    }
}
