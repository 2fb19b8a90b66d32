using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using RerankFunctions.Storage;

namespace RerankFunctions.CompatHost.Tests;

[Collection(OnAzurite.Name)]
public sealed class HttpTriggerTests(Azurite azurite)
{
    [Fact]
    public async Task A_function_sees_the_request_as_the_host_hands_it_over()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var address = app.Http.BaseAddress!;
        // By hand: HttpClient joins headers of one name by itself.
        using var client = new TcpClient(address.Host, address.Port);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(
            $"POST /api/echo?tag=a&tag=b%20c HTTP/1.1\r\nHost: {address.Authority}\r\nX-Tag: one\r\nX-Tag: two\r\n"
            + "Connection: close\r\nContent-Length: 7\r\n\r\ngrüße"));
        using var reader = new StreamReader(client.GetStream());
        var response = await reader.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 200", response, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json; charset=utf-8\r\n", response, StringComparison.Ordinal);
        var echo = JsonSerializer.Deserialize<JsonElement>(response[response.IndexOf('{', StringComparison.Ordinal)..]);
        Assert.Equal(new Uri(address, "/api/echo?tag=a&tag=b%20c").ToString(), echo.GetProperty("url").GetString());
        Assert.Equal("POST", echo.GetProperty("method").GetString());
        Assert.Equal("a,b c", echo.GetProperty("tag").GetString());
        Assert.Equal("one,two", Assert.Single(echo.GetProperty("header").EnumerateArray()).GetString());
        Assert.Equal("grüße", echo.GetProperty("body").GetString());
        Assert.Contains("x-tag", echo.GetProperty("names").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task A_chunked_body_arrives_empty()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/echo") { Content = new StringContent("unannounced") };
        request.Headers.TransferEncodingChunked = true;

        using var response = await app.Http.SendAsync(request);

        Assert.Equal(JsonValueKind.Null, (await ReadAsync(response)).GetProperty("body").ValueKind);
    }

    [Theory]
    [InlineData("GET", "/api/items/7", "item 7")]
    [InlineData("GET", "/api/items/seven", "named seven")]
    [InlineData("DELETE", "/api/items/7", "deleted 7")]
    public async Task Route_and_method_pick_the_function(string method, string path, string expected)
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await app.Http.SendAsync(request);
        Assert.Equal(expected, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("GET", "/api/items/7.5")]
    [InlineData("PUT", "/api/items/7")]
    [InlineData("DELETE", "/api/items/seven")]
    [InlineData("POST", "/api/items")]
    [InlineData("GET", "/items/7")]
    [InlineData("GET", "/api/nothing")]
    public async Task A_wrong_route_or_method_is_404(string method, string path)
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await app.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("", "/items/7")]
    [InlineData("a/b", "/a/b/items/7")]
    public async Task The_route_prefix_of_host_json_is_used(string prefix, string path)
    {
        await using var app = await TestApp.StartAsync(azurite, new() { ["AzureFunctionsJobHost:extensions:http:routePrefix"] = prefix });
        Assert.Equal("item 7", await app.Http.GetStringAsync(path));
    }

    [Fact]
    public async Task An_exception_is_500_without_a_body()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var response = await app.Http.GetAsync("/api/throws");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task The_host_says_when_it_runs()
    {
        await using var app = await TestApp.StartAsync(azurite, new() { ["AzureFunctionsJobHost:extensions:http:routePrefix"] = "" });
        using var response = await app.Http.GetAsync("/admin/host/status");
        Assert.Equal("Running", (await ReadAsync(response)).GetProperty("state").GetString());
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsByteArrayAsync());
}
