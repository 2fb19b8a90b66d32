using System.Net;
using System.Net.Sockets;
using System.Text;
using RerankFunctions.Storage;

namespace RerankFunctions.CompatHost.Tests;

/// <summary>Which requests reach which function.</summary>
[Collection(OnAzurite.Name)]
public sealed class HttpRouteTests(Azurite azurite)
{
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

    [Theory]
    [InlineData("GET /api/items/%00 HTTP/1.1", "a.example", "HTTP/1.1 400")]
    [InlineData("GET /api/items/7 HTTP/1.1", "a b", "HTTP/1.1 400")]
    [InlineData("GET /api/items/7 HTTP/1.1", "%", "HTTP/1.1 400")]
    [InlineData("GET /api/items/7 HTTP/1.1", "a.example:port", "HTTP/1.1 400")]
    [InlineData("GET /api/items/7 HTTP/1.1", "-..-", "HTTP/1.1 200")]
    [InlineData("GET /api/items/7 HTTP/1.1", "[::1", "HTTP/1.1 400")]
    [InlineData("GET /api/items/7 HTTP/1.1", "", "HTTP/1.1 200")]
    public async Task Odd_paths_and_hosts_are_refused_or_served_and_never_500(string line, string host, string expected)
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var client = new TcpClient(app.Http.BaseAddress!.Host, app.Http.BaseAddress.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{line}\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(client.GetStream());
        Assert.StartsWith(expected, await reader.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_keys_are_asked_for_a_missing_or_wrong_one_is_401()
    {
        await using var app = await TestApp.StartAsync(azurite, new() { ["CompatHost:FunctionKey"] = "open-sesame" });
        using var rightHeader = new HttpRequestMessage(HttpMethod.Get, "/api/guarded") { Headers = { { "x-functions-key", "open-sesame" } } };
        using var wrongHeader = new HttpRequestMessage(HttpMethod.Get, "/api/guarded") { Headers = { { "x-functions-key", "shut" } } };

        Assert.Equal(HttpStatusCode.Unauthorized, await HttpAnswers.StatusAsync(app.Http.GetAsync("/api/guarded")));
        Assert.Equal(HttpStatusCode.Unauthorized, await HttpAnswers.StatusAsync(app.Http.GetAsync("/api/guarded?code=shut")));
        Assert.Equal(HttpStatusCode.Unauthorized, await HttpAnswers.StatusAsync(app.Http.SendAsync(wrongHeader)));
        Assert.Equal(HttpStatusCode.Unauthorized, await HttpAnswers.StatusAsync(app.Http.GetAsync("/admin/host/status")));
        Assert.Equal(HttpStatusCode.Unauthorized, await HttpAnswers.StatusAsync(app.Http.GetAsync("/admin/functions?code=open-sesame")));
        Assert.Equal(HttpStatusCode.OK, await HttpAnswers.StatusAsync(app.Http.GetAsync("/api/guarded?code=open-sesame")));
        Assert.Equal(HttpStatusCode.OK, await HttpAnswers.StatusAsync(app.Http.SendAsync(rightHeader)));
        Assert.Equal(HttpStatusCode.OK, await HttpAnswers.StatusAsync(app.Http.GetAsync("/api/items/7")));
    }

    [Fact]
    public async Task By_default_no_key_is_asked_for()
    {
        await using var app = await TestApp.StartAsync(azurite);
        Assert.Equal("in", await app.Http.GetStringAsync("/api/guarded"));
    }

    [Theory]
    [InlineData("AzureWebJobs.Switched.Disabled", "true", HttpStatusCode.NotFound)]
    [InlineData("AzureWebJobs:Switched:Disabled", "1", HttpStatusCode.NotFound)]
    [InlineData("AzureWebJobs_Switched_Disabled", "true", HttpStatusCode.NotFound)]
    [InlineData("AzureWebJobs.Switched.Disabled", "false", HttpStatusCode.OK)]
    public async Task A_disabled_function_is_404(string setting, string value, HttpStatusCode expected)
    {
        await using var app = await TestApp.StartAsync(azurite, new() { [setting] = value });
        Assert.Equal(expected, await HttpAnswers.StatusAsync(app.Http.GetAsync("/api/switched")));
    }

    [Fact]
    public async Task The_host_says_when_it_runs()
    {
        await using var app = await TestApp.StartAsync(azurite, new() { ["AzureFunctionsJobHost:extensions:http:routePrefix"] = "" });
        using var response = await app.Http.GetAsync("/admin/host/status");
        Assert.Equal("Running", (await HttpAnswers.ReadAsync(response)).GetProperty("state").GetString());
    }
}
