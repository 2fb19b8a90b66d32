using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
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
            + "X-Forwarded-Host: elsewhere.example\r\nX-Forwarded-Proto: https\r\n"
            + "Connection: close\r\nContent-Length: 7\r\n\r\ngrüße"));
        using var reader = new StreamReader(client.GetStream());
        var response = await reader.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 200", response, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json; charset=utf-8\r\n", response, StringComparison.Ordinal);
        Assert.Contains("Server: Kestrel\r\n", response, StringComparison.Ordinal);
        Assert.Contains("Transfer-Encoding: chunked\r\n", response, StringComparison.Ordinal);
        var echo = JsonSerializer.Deserialize<JsonElement>(response[response.IndexOf('{', StringComparison.Ordinal)..(response.LastIndexOf('}') + 1)]);
        Assert.Equal($"{address}api/echo?tag=a&tag=b%20c", echo.GetProperty("url").GetString());
        Assert.Equal("POST", echo.GetProperty("method").GetString());
        Assert.Equal(["a", "b c"], echo.GetProperty("tag").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal("one,two", echo.GetProperty("headers").GetProperty("x-tag").GetString());
        Assert.Equal("http", echo.GetProperty("headers").GetProperty("x-original-proto").GetString());
        Assert.Equal("grüße", echo.GetProperty("body").GetString());
    }

    [Fact]
    public async Task A_chunked_body_arrives()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/echo") { Content = new StringContent("unannounced") };
        request.Headers.TransferEncodingChunked = true;

        using var response = await app.Http.SendAsync(request);

        Assert.Equal("unannounced", (await ReadAsync(response)).GetProperty("body").GetString());
    }

    [Fact]
    public async Task A_body_is_read_while_it_arrives()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var address = app.Http.BaseAddress!;
        using var client = new TcpClient(address.Host, address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/counts HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\nContent-Length: 6\r\n\r\n"));

        await client.GetStream().WriteAsync("abc"u8.ToArray());
        Assert.Equal(3, await app.Recorder.NextAsync<long>());
        await client.GetStream().WriteAsync("def"u8.ToArray());

        Assert.Equal(6, await app.Recorder.NextAsync<long>());
    }

    [Fact]
    public async Task An_answer_is_sent_while_it_is_written_and_in_chunks_whatever_length_it_declares()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var go = new TaskCompletionSource();
        app.Recorder.Behaviour = _ => go.Task;

        using var response = await app.Http.GetAsync("/api/streams", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var first = new char["first ".Length];
        await reader.ReadBlockAsync(first);
        go.SetResult();

        Assert.Equal("first ", new string(first));
        Assert.True(response.Headers.TransferEncodingChunked);
        Assert.Equal("second", await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task A_body_over_the_workers_own_limit_fails_when_it_is_read()
    {
        await using var app = await TestApp.StartAsync(azurite);
        await using var raised = await TestApp.StartAsync(
            azurite, configure: builder => builder.Services.Configure<KestrelServerOptions>(options => options.Limits.MaxRequestBodySize = 30_000_001));

        Assert.Equal("413 refused", await PostAsync(app));
        Assert.Equal("200 30000001", await PostAsync(raised));

        static async Task<string> PostAsync(TestApp app)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/counts") { Content = new ByteArrayContent(new byte[30_000_001]) };
            request.Headers.ExpectContinue = true;
            using var response = await app.Http.SendAsync(request);
            return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
        }
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
    public async Task Where_keys_are_asked_for_a_missing_or_wrong_one_is_401()
    {
        await using var app = await TestApp.StartAsync(azurite, new() { ["CompatHost:FunctionKey"] = "open-sesame" });
        using var rightHeader = new HttpRequestMessage(HttpMethod.Get, "/api/guarded") { Headers = { { "x-functions-key", "open-sesame" } } };
        using var wrongHeader = new HttpRequestMessage(HttpMethod.Get, "/api/guarded") { Headers = { { "x-functions-key", "shut" } } };

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app.Http.GetAsync("/api/guarded")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app.Http.GetAsync("/api/guarded?code=shut")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app.Http.SendAsync(wrongHeader)));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app.Http.GetAsync("/admin/host/status")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app.Http.GetAsync("/admin/functions?code=open-sesame")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app.Http.GetAsync("/api/guarded?code=open-sesame")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app.Http.SendAsync(rightHeader)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app.Http.GetAsync("/api/items/7")));
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
        Assert.Equal(expected, await StatusAsync(app.Http.GetAsync("/api/switched")));
    }

    [Fact]
    public async Task A_body_over_100_MiB_is_500_without_a_body()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var address = app.Http.BaseAddress!;
        // By hand: the answer comes before the body is sent.
        using var client = new TcpClient(address.Host, address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/echo HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Length: {(100 * 1024 * 1024) + 1}\r\n\r\n"));
        using var reader = new StreamReader(client.GetStream());
        var response = await reader.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 500", response, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", response, StringComparison.Ordinal);
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
    public async Task An_answer_ends_after_230_seconds_and_the_function_runs_on()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var app = await TestApp.StartAsync(azurite, configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        var go = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        app.Recorder.Behaviour = async cancellationToken =>
        {
            await go.Task;
            ended.SetResult();
        };
        var answer = app.Http.GetAsync("/api/waits");
        await app.Recorder.NextAsync<string>();

        time.Advance(TimeSpan.FromSeconds(229));
        Assert.False(answer.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.GatewayTimeout, await StatusAsync(answer));
        go.SetResult();
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_function_over_its_time_is_told_and_its_caller_gets_500()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var app = await TestApp.StartAsync(
            azurite, new() { ["AzureFunctionsJobHost:functionTimeout"] = "00:00:20" }, builder => builder.Services.AddSingleton<TimeProvider>(time));
        app.Recorder.Behaviour = cancellationToken => Task.Delay(Timeout.Infinite, cancellationToken);
        var answer = app.Http.GetAsync("/api/waits");
        await app.Recorder.NextAsync<string>();

        time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(HttpStatusCode.InternalServerError, await StatusAsync(answer));
    }

    [Fact]
    public async Task A_caller_that_goes_away_cancels_the_function()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var told = new TaskCompletionSource();
        app.Recorder.Behaviour = async cancellationToken =>
        {
            using var registration = cancellationToken.Register(() => told.TrySetResult());
            await told.Task;
        };
        using var leave = new CancellationTokenSource();
        var answer = app.Http.GetAsync("/api/waits", leave.Token);
        await app.Recorder.NextAsync<string>();

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await told.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task The_result_for_a_caller_that_went_away_is_not_executed()
    {
        var returned = new TaskCompletionSource();
        await using var app = await TestApp.StartAsync(azurite, configure: builder => builder.UseOutermost(next => async context =>
        {
            await next(context);
            returned.TrySetResult();
        }));
        app.Recorder.Behaviour = async cancellationToken =>
        {
            var told = new TaskCompletionSource();
            await using var registration = cancellationToken.Register(told.SetResult);
            await told.Task;
        };
        using var leave = new CancellationTokenSource();
        var answer = app.Http.GetAsync("/api/waits", leave.Token);
        await app.Recorder.NextAsync<string>();

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await returned.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(app.Recorder.IsEmpty);
    }

    [Fact]
    public async Task The_host_says_when_it_runs()
    {
        await using var app = await TestApp.StartAsync(azurite, new() { ["AzureFunctionsJobHost:extensions:http:routePrefix"] = "" });
        using var response = await app.Http.GetAsync("/admin/host/status");
        Assert.Equal("Running", (await ReadAsync(response)).GetProperty("state").GetString());
    }

    private static async Task<HttpStatusCode> StatusAsync(Task<HttpResponseMessage> answer)
    {
        using var response = await answer;
        return response.StatusCode;
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsByteArrayAsync());
}
