using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using RerankFunctions.Storage;

namespace RerankFunctions.CompatHost.Tests;

/// <summary>Requests and answers as functions see and write them.</summary>
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

        Assert.Equal("unannounced", (await HttpAnswers.ReadAsync(response)).GetProperty("body").GetString());
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

    [Fact]
    public async Task An_exception_is_500_without_a_body()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var response = await app.Http.GetAsync("/api/throws");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
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
}
