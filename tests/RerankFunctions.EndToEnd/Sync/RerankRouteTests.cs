using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using RerankFunctions.EndToEnd.Support;

namespace RerankFunctions.EndToEnd.Sync;

/// <summary>The routes of known rerank clients, with requests in the form of their documentation.</summary>
[Collection(RunningAppTests.Name)]
public sealed class RerankRouteTests(RunningApp running)
{
    private const string Question = "How do I reset my password?";
    private const string Other = "Our office is open from nine to five.";
    private const string Best = "To reset your password, open Settings, choose Security and click Reset password.";

    public static TheoryData<string> RerankRoutes =>
        ["/v2/rerank", "/v1/rerank", "/rerank", "/v1/reranking", "/reranking", "/v1/v2/rerank", "/v1/v1/rerank", "/providers/cohere/v2/rerank"];

    [Theory]
    [MemberData(nameof(RerankRoutes))]
    public async Task Every_route_gives_the_answer_of_a_job_and_stores_nothing(string route)
    {
        var request = new JsonObject { ["query"] = Question, ["documents"] = new JsonArray(Other, Best), ["top_n"] = 1, ["return_documents"] = true };
        var job = await running.Api.RerankAsync(request.DeepClone());
        var before = await StorageState.ReadAsync(running.Storage);

        var answer = await PostAsync(route, request);

        Assert.True(JsonNode.DeepEquals(job["results"], answer["results"]), answer.ToJsonString());
        Assert.Equal(job["usage"]!["total_tokens"]!.GetValue<int>(), answer["usage"]!["total_tokens"]!.GetValue<int>());
        Assert.True(JsonNode.DeepEquals(job["meta"], answer["meta"]), answer.ToJsonString());
        Assert.Equal("demo", answer["model"]!.GetValue<string>());
        Assert.NotEmpty(answer["id"]!.GetValue<string>());
        Assert.Equal(before, await StorageState.ReadAsync(running.Storage));
    }

    [Fact]
    public async Task A_client_of_vLLM_reranks_by_its_contract()
    {
        var answer = await PostAsync("/v1/rerank", $$"""
            {"model":"demo","query":"{{Question}}","documents":["{{Other}}","{{Best}}"],"top_n":0,"truncate_prompt_tokens":-1,
             "user":"u","return_documents":true}
            """);

        AssertMembers(answer, "id", "object", "model", "results", "usage", "meta");
        Assert.Equal(answer["usage"]!["prompt_tokens"]!.GetValue<int>(), answer["usage"]!["total_tokens"]!.GetValue<int>());
        var results = answer["results"]!.AsArray();
        Assert.Equal([1, 0], results.Select(result => result!["index"]!.GetValue<int>()));
        Assert.Equal([Best, Other], results.Select(result => result!["document"]!["text"]!.GetValue<string>()));
        Assert.All(results, result => Assert.InRange(result!["relevance_score"]!.GetValue<double>(), 0, 1));
    }

    [Theory]
    [InlineData("""{"model":"demo","text_1":"TOP","text_2":"BEST"}""", "1")]
    [InlineData("""{"model":"demo","text_1":"TOP","text_2":["OTHER","BEST"]}""", "01")]
    [InlineData("""{"queries":"TOP","documents":["OTHER","BEST"]}""", "01")]
    [InlineData("""{"queries":["TOP","TOP"],"items":["BEST","OTHER"]}""", "10")]
    [InlineData("""{"data_1":["Which colours do parrots have?","TOP"],"data_2":["BEST","BEST"]}""", "01")]
    public async Task A_client_of_vLLM_scores_by_its_contract(string body, string best)
    {
        var text = body.Replace("TOP", Question, StringComparison.Ordinal)
            .Replace("OTHER", Other, StringComparison.Ordinal)
            .Replace("BEST", Best, StringComparison.Ordinal);

        var answer = await PostAsync("/v1/score", text);
        var raw = await PostAsync("/score", text.Insert(1, "\"use_activation\":false,"));

        AssertMembers(answer, "id", "object", "created", "model", "data", "usage");
        Assert.Equal("list", answer["object"]!.GetValue<string>());
        var data = answer["data"]!.AsArray();
        Assert.Equal(best.Length, data.Count);
        for (var i = 0; i < data.Count; i++)
        {
            AssertMembers(data[i]!, "index", "object", "score");
            Assert.Equal((i, "score"), (data[i]!["index"]!.GetValue<int>(), data[i]!["object"]!.GetValue<string>()));
            var score = data[i]!["score"]!.GetValue<double>();
            Assert.Equal(best[i] == '1', score > 0.5);
            Assert.Equal(score, 1 / (1 + Math.Exp(-raw["data"]![i]!["score"]!.GetValue<double>())), 9);
        }
    }

    [Fact]
    public async Task A_client_of_Text_Embeddings_Inference_reranks_by_its_contract()
    {
        var body = $$"""{"query":"{{Question}}","texts":["{{Other}}","{{Best}}"],"raw_scores":false,"return_text":false,"truncate":false}""";

        var plain = (await PostAsync("/rerank", body)).AsArray();
        var full = (await PostAsync("/rerank", body.Replace("\"return_text\":false", "\"return_text\":true", StringComparison.Ordinal))).AsArray();
        var raw = (await PostAsync("/rerank", body.Replace("\"raw_scores\":false", "\"raw_scores\":true", StringComparison.Ordinal))).AsArray();

        Assert.All(plain, item => AssertMembers(item!, "index", "score"));
        Assert.All(full, item => AssertMembers(item!, "index", "text", "score"));
        Assert.Equal([1, 0], plain.Select(item => item!["index"]!.GetValue<int>()));
        Assert.Equal([Best, Other], full.Select(item => item!["text"]!.GetValue<string>()));
        Assert.Equal(plain[1]!["score"]!.GetValue<double>(), 1 / (1 + Math.Exp(-raw[1]!["score"]!.GetValue<double>())), 6);
    }

    [Fact]
    public async Task A_client_of_Text_Embeddings_Inference_gets_its_errors_and_facts()
    {
        using var refused = await SendAsync("/rerank", """{"query":"q","texts":[]}""");
        var error = await Api.ReadAsync(refused);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal("/texts: must hold from 1 to 1,000 texts", error["error"]!.GetValue<string>());
        Assert.Equal("Validation", error["error_type"]!.GetValue<string>());

        using var response = await running.Api.GetAsync("/info");
        var info = await Api.ReadAsync(response);
        Assert.NotNull(info["model_type"]!["reranker"]);
        Assert.Equal("demo", info["model_id"]!.GetValue<string>());
        Assert.Equal(512, info["max_input_length"]!.GetValue<int>());
        Assert.Equal(1_000, info["max_client_batch_size"]!.GetValue<int>());
        Assert.Equal(HttpStatusCode.OK, await running.Api.TryGetStatusAsync("/health"));
    }

    [Theory]
    [InlineData("texts", "\"truncate\":false")]
    [InlineData("documents", "\"truncation\":false")]
    public async Task A_text_that_must_not_be_cut_and_is_too_long_is_422(string candidates, string field)
    {
        var body = $$"""{"query":"q","{{candidates}}":["a","{{string.Join(' ', Enumerable.Repeat("word", 1_000))}}"],{{field}}}""";

        using var refused = await SendAsync("/rerank", body);
        var error = await Api.ReadAsync(refused);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal("text_too_long", error["code"]!.GetValue<string>());

        using var cut = await SendAsync("/rerank", body.Replace(":false", ":true", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, cut.StatusCode);
    }

    [Fact]
    public async Task A_client_may_prefer_a_job()
    {
        var body = $$"""{"query":"{{Question}}","documents":["{{Other}}","{{Best}}"]}""";

        using var accepted = await SendAsync("/v2/rerank", body, ("Prefer", "respond-async"));
        var job = await Api.ReadAsync(accepted);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal("respond-async", accepted.Headers.GetValues("Preference-Applied").Single());
        Assert.Equal($"/v1/jobs/{job["id"]}", accepted.Headers.Location!.AbsolutePath);
        var status = await running.Api.WaitForEndAsync(job["id"]!.GetValue<string>());
        Assert.Equal("succeeded", status["status"]!.GetValue<string>());

        using var waited = await SendAsync("/v2/rerank", body, ("Prefer", "wait=90"));
        var answer = await Api.ReadAsync(waited);
        Assert.Equal(HttpStatusCode.OK, waited.StatusCode);
        Assert.Equal("wait=90", waited.Headers.GetValues("Preference-Applied").Single());
        Assert.True(JsonNode.DeepEquals(status["results"], answer["results"]));
    }

    [Fact]
    public async Task An_idempotency_key_gives_the_same_stored_job()
    {
        var key = $"sync-{Guid.NewGuid():n}";
        var body = $$"""{"query":"{{Question}}","documents":["{{Best}}"]}""";

        using var first = await SendAsync("/v2/rerank", body, ("Idempotency-Key", key));
        using var second = await SendAsync("/v2/rerank", body, ("Idempotency-Key", key));
        using var other = await SendAsync("/v2/rerank", body.Replace("Security", "Privacy", StringComparison.Ordinal), ("Idempotency-Key", key));

        var id = (await Api.ReadAsync(first))["id"]!.GetValue<string>();
        Assert.Equal(id, (await Api.ReadAsync(second))["id"]!.GetValue<string>());
        Assert.Equal("succeeded", (await running.Api.WaitForEndAsync(id))["status"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
    }

    [Fact]
    public async Task A_job_has_one_query()
    {
        using var refused = await SendAsync("/score", """{"queries":["a","b"],"documents":["a","b"]}""", ("Prefer", "respond-async"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
    }

    private static void AssertMembers(JsonNode node, params string[] names) =>
        Assert.Equal(names.Order(StringComparer.Ordinal), node.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));

    private Task<JsonNode> PostAsync(string route, JsonNode body) => PostAsync(route, body.ToJsonString());

    private async Task<JsonNode> PostAsync(string route, string body)
    {
        using var response = await SendAsync(route, body);
        var answer = await Api.ReadAsync(response);
        Assert.True(response.StatusCode == HttpStatusCode.OK, answer.ToJsonString());
        return answer;
    }

    private async Task<HttpResponseMessage> SendAsync(string route, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await running.Api.SendAsync(request);
    }
}
