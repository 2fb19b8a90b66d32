using System.Text;
using System.Text.Json.Nodes;
using RerankFunctions.EndToEnd.Support;

namespace RerankFunctions.EndToEnd;

/// <summary>Every way in which /v1/jobs rejects a request. A rejected request stores nothing.</summary>
[Collection(RunningAppTests.Name)]
public sealed class RefusalTests(RunningApp running)
{
    private const int MaxBodyBytes = 32 * 1024 * 1024;

    [Theory]
    [InlineData(400, "malformed_json", "")]
    [InlineData(400, "malformed_json", """{"query":"q","documents":["a"]""")]
    [InlineData(400, "malformed_json", """{"query":"q","documents":["a"]} and more""")]
    [InlineData(400, "malformed_json", """{"query":"q","documents":["a"],"top_n":NaN}""")]
    [InlineData(400, "duplicate_key", """{"query":"q","documents":["a"],"query":"r"}""")]
    [InlineData(400, "duplicate_key", """{"query":"q","documents":[{"text":"a","text":"b"}]}""")]
    [InlineData(400, "invalid_escape", """{"query":"\ud800","documents":["a"]}""")]
    [InlineData(422, "invalid_request", "[]")]
    [InlineData(422, "invalid_request", """{"query":17,"documents":["a"]}""")]
    [InlineData(422, "invalid_request", """{"query":"q","documents":"a"}""")]
    [InlineData(422, "invalid_request", """{"query":"q","documents":["a",17]}""")]
    [InlineData(422, "invalid_request", """{"query":"q","documents":["a"],"raw_scores":"true"}""")]
    [InlineData(422, "invalid_request", """{"query":"","documents":["a"]}""")]
    [InlineData(422, "invalid_request", """{"documents":["a"]}""")]
    [InlineData(422, "invalid_request", """{"query":"q","documents":[]}""")]
    [InlineData(422, "invalid_request", """{"query":"q"}""")]
    [InlineData(422, "invalid_request", """{"query":"q","documents":["a"],"texts":["a"]}""")]
    [InlineData(422, "invalid_request", """{"query":"q","documents":["a"],"model":"gpt"}""")]
    [InlineData(422, "invalid_request", """{"query":"q","documents":["a"],"top_n":0}""")]
    [InlineData(422, "invalid_request", """{"query":"q","documents":["a"],"top_n":-3}""")]
    [InlineData(422, "invalid_request", """{"query":"q","documents":["a"],"top_n":"NaN"}""")]
    [InlineData(422, "invalid_request", """{"query":"q","documents":["a"],"callback_url":"https://example.com"}""")]
    public Task A_body_that_is_not_valid_is_refused(int status, string code, string body) => AssertRejectedAsync(status, code, Encoding.UTF8.GetBytes(body));

    [Fact]
    public Task Too_many_documents_are_422() => AssertRejectedAsync(
        422, "invalid_request", Encoding.UTF8.GetBytes($$"""{"query":"q","documents":[{{string.Join(',', Enumerable.Repeat("\"a\"", 1_001))}}]}"""));

    [Fact]
    public Task Invalid_utf8_is_400() => AssertRejectedAsync(
        400, "invalid_utf8", [.. "{\"query\":\"q"u8, 0xC3, 0x28, .. "\",\"documents\":[\"a\"]}"u8]);

    [Fact]
    public Task Deep_nesting_is_400() => AssertRejectedAsync(
        400, "too_deep", Encoding.UTF8.GetBytes($$"""{"query":"q","documents":["a"],"x":{{new string('[', 200)}}{{new string(']', 200)}}}"""));

    [Fact]
    public Task Body_over_the_limit() => AssertRejectedAsync(
        413, "body_too_large", Encoding.UTF8.GetBytes($$"""{"query":"q","documents":["a"],"x":"{{new string('x', MaxBodyBytes)}}"}"""));

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/x-www-form-urlencoded")]
    public Task Other_content_types_are_415(string? contentType) =>
        AssertRejectedAsync(415, "unsupported_media_type", """{"query":"q","documents":["a"]}"""u8.ToArray(), contentType);

    [Fact]
    public async Task An_idempotency_key_over_the_limit_is_400()
    {
        var before = await StorageState.ReadAsync(running.Storage);
        using var response = await running.Api.PostAsync(
            """{"query":"q","documents":["a"]}"""u8.ToArray(), idempotencyKey: new string('k', 256));

        await AssertProblemAsync(response, 400, "invalid_idempotency_key");
        Assert.Equal(before, await StorageState.ReadAsync(running.Storage));
    }

    [Theory]
    [InlineData("01fwhe4ydgfk1shh6w1g60eecf")]
    [InlineData("01FWHE4YDGFK1SHH6W1G60EECF")]
    [InlineData("17")]
    [InlineData("..%2f..%2fsecrets")]
    [InlineData("%20")]
    public async Task Unknown_and_malformed_ids_are_alike(string id)
    {
        using var response = await running.Api.GetAsync($"/v1/jobs/{id}");

        await AssertProblemAsync(response, 404, "job_not_found");
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("31")]
    [InlineData("soon")]
    [InlineData("")]
    public async Task A_wait_out_of_range_is_422(string wait)
    {
        using var response = await running.Api.GetAsync($"/v1/jobs/01fwhe4ydgfk1shh6w1g60eecf?wait={wait}");

        await AssertProblemAsync(response, 422, "invalid_request");
    }

    [Fact]
    public async Task All_invalid_fields_are_named()
    {
        using var response = await running.Api.PostAsync("""{"query":"","documents":[1],"top_n":0}"""u8.ToArray());
        var body = await Api.ReadAsync(response);

        Assert.Equal(["/query", "/documents/0", "/top_n"], body["errors"]!.AsArray().Select(error => error!["path"]!.GetValue<string>()));
    }

    private async Task AssertRejectedAsync(int status, string code, byte[] body, string? contentType = "application/json")
    {
        var before = await StorageState.ReadAsync(running.Storage);
        using var response = await running.Api.PostAsync(body, contentType);

        await AssertProblemAsync(response, status, code);
        Assert.Equal(before, await StorageState.ReadAsync(running.Storage));
    }

    private static async Task AssertProblemAsync(HttpResponseMessage response, int status, string code)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var body = JsonNode.Parse(text)!;
        Assert.Equal(status, body["status"]!.GetValue<int>());
        Assert.Equal(code, body["code"]!.GetValue<string>());
        Assert.All(["type", "title", "detail", "message"], (string name) => Assert.NotEmpty(body[name]!.GetValue<string>()));
        Assert.Equal(body["message"]!.GetValue<string>(), body["error"]!["message"]!.GetValue<string>());
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }
}
