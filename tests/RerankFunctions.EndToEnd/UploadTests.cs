using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using RerankFunctions.EndToEnd.Support;

namespace RerankFunctions.EndToEnd;

/// <summary>How bodies arrive: in chunks, large, slowly, too many at once, and not to their end.</summary>
public sealed class UploadTests(RunningFront front) : IClassFixture<RunningFront>
{
    private const string Small = """{"query":"q","documents":["a"]}""";
    private const string ContentType = "Content-Type: application/json";

    [Fact]
    public async Task Bodies_in_chunks_are_accepted()
    {
        var app = front.App;

        using var posted = await app.Api.PostInChunksAsync(new { query = "q", documents = new[] { "a", "b" } });
        using var connection = await RawConnection.OpenAsync(app.Api.Root);
        await connection.SendHeadAsync("POST /v1/jobs", "localhost", ContentType, "Transfer-Encoding: chunked", "Connection: close");
        foreach (var piece in Small.Chunk(5))
        {
            await connection.SendAsync(string.Create(CultureInfo.InvariantCulture, $"{piece.Length:x}\r\n{new string(piece)}\r\n"));
        }

        await connection.SendAsync("0\r\n\r\n");

        Assert.Equal(HttpStatusCode.Accepted, posted.StatusCode);
        Assert.Equal(202, (await connection.ReadAnswerAsync()).Status);
    }

    [Fact]
    public async Task A_body_of_31_MiB_that_comes_in_pieces_is_accepted_whole()
    {
        var app = front.App;
        using var connection = await RawConnection.OpenAsync(app.Api.Root);
        var document = Encoding.UTF8.GetBytes($"\"{new string('x', 985_000)}\",");
        var length = "{\"query\":\"q\",\"documents\":["u8.Length + (33 * document.Length) + "\"z\"]}"u8.Length;
        Assert.True(length > 30_000_000, "Larger than what Kestrel takes by default.");

        await connection.SendHeadAsync(
            "POST /v1/jobs", "localhost", ContentType, "Connection: close", string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}"));
        await connection.SendAsync("{\"query\":\"q\",\"documents\":[");
        for (var sent = 0; sent < 33; sent++)
        {
            await connection.SendAsync(document);
        }

        await connection.SendAsync("\"z\"]}");

        var (status, _, body) = await connection.ReadAnswerAsync();
        Assert.Equal(202, status);
        Assert.Equal(34, body!["progress"]!["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_client_that_hangs_up_leaves_one_debug_line()
    {
        await using var app = await AppServer.StartAsync(
            front.Storage, [.. AppServer.NoWorker, ("Logging:LogLevel:RerankFunctions", "Debug")]);
        var id = await app.Api.SubmitAsync(JsonNode.Parse(Small)!);
        using (var uploading = await RawConnection.OpenAsync(app.Api.Root))
        {
            await uploading.SendHeadAsync("POST /v1/jobs", "localhost", ContentType, "Content-Length: 1000");
            await uploading.SendAsync(Small[..10]);
        }

        await AssertHangUpsAsync(app, 1);

        using (var waiting = await RawConnection.OpenAsync(app.Api.Root))
        {
            await waiting.SendHeadAsync($"GET /v1/jobs/{id}?wait=30", "localhost");
        }

        await AssertHangUpsAsync(app, 2);
    }

    [Fact]
    public async Task Of_bodies_that_exceed_the_budget_together_some_get_503_and_are_accepted_later()
    {
        await using var app = await AppServer.StartAsync(
            front.Storage,
            [.. AppServer.NoWorker, ("Rerank:Limits:MaxBodyBytes", "30000000"), ("Rerank:Limits:MaxConcurrentBodyBytes", "30000000")]);
        var documents = string.Join(',', Enumerable.Repeat($"\"{new string('x', 985_000)}\"", 25));
        var body = $$"""{"query":"q","documents":[{{documents}}]}""";
        using var first = await RawConnection.OpenAsync(app.Api.Root);
        using var second = await RawConnection.OpenAsync(app.Api.Root);
        using var third = await RawConnection.OpenAsync(app.Api.Root);
        RawConnection[] connections = [first, second, third];
        await Task.WhenAll(connections.Select(async connection =>
        {
            await connection.SendHeadAsync(
                "POST /v1/jobs", "localhost", ContentType, "Connection: close", string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}"));
            await connection.SendAsync(body[..^1]);
        }));

        // None of them is done without its last byte, and together they are larger than the budget and all buffers on the way.
        await Task.WhenAll(connections.Select(connection => connection.SendAsync(body[^1..])));
        var answers = connections.Select(connection => connection.ReadAnswerAsync());
        var refused = (await Task.WhenAll(answers)).Where(answer => answer.Status != 202).ToArray();

        Assert.NotEmpty(refused);
        Assert.All(refused, answer =>
        {
            Assert.Equal(503, answer.Status);
            Assert.Contains("Retry-After: 1", answer.Head, StringComparison.Ordinal);
            Assert.Equal("too_many_bodies", answer.Body!["code"]!.GetValue<string>());
        });
        foreach (var _ in refused)
        {
            using var again = await app.Api.PostAsync(Encoding.UTF8.GetBytes(body));
            Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        }
    }

    [Fact]
    public async Task A_body_that_stops_arriving_is_408()
    {
        await using var app = await AppServer.StartAsync(
            front.Storage, [.. AppServer.NoWorker, ("Rerank:Limits:MinUploadBytesPerSecond", "1000000")]);
        using var connection = await RawConnection.OpenAsync(app.Api.Root);
        await connection.SendHeadAsync("POST /v1/jobs", "localhost", ContentType, "Connection: close", "Content-Length: 1000");
        await connection.SendAsync(Small[..10]);

        var (status, _, body) = await connection.ReadAnswerAsync();

        Assert.Equal(408, status);
        Assert.Equal("upload_too_slow", body!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Urls_begin_with_the_public_address_where_one_is_set_and_else_with_a_checked_host()
    {
        await using var behind = await AppServer.StartAsync(
            front.Storage, [.. AppServer.NoWorker, ("Rerank:PublicBaseUrl", "https://api.example.com/rerank/")]);
        var (status, head, body) = await SubmitAsync(behind, "-..-");
        Assert.Equal(202, status);
        Assert.Equal($"https://api.example.com/rerank/v1/jobs/{body!["id"]}", body["links"]!["self"]!.GetValue<string>());
        Assert.Contains($"Location: {body["links"]!["self"]}\r\n", head + "\r\n", StringComparison.Ordinal);

        var bare = front.App;
        (status, _, body) = await SubmitAsync(bare, "jobs.example.com:8080", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example.com");
        Assert.Equal(202, status);
        Assert.StartsWith("http://jobs.example.com:8080/v1/jobs/", body!["links"]!["self"]!.GetValue<string>(), StringComparison.Ordinal);
        var before = await CountBlobsAsync();
        (status, _, body) = await SubmitAsync(bare, "-..-");
        Assert.Equal(400, status);
        Assert.Equal("invalid_host", body!["code"]!.GetValue<string>());
        Assert.Equal(before, await CountBlobsAsync());
    }

    [Fact]
    public async Task The_trace_of_the_request_goes_into_the_message()
    {
        const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var app = front.App;

        var (_, _, body) = await SubmitAsync(app, "localhost", $"traceparent: {TraceParent}");

        var queue = new QueueClient(
            front.Storage, "rerank-jobs", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        var messages = (await queue.PeekMessagesAsync(32)).Value.Select(message => JsonNode.Parse(message.Body)!);
        var message = Assert.Single(messages, message => message["jobId"]!.GetValue<string>() == body!["id"]!.GetValue<string>());
        Assert.Equal(TraceParent, message["traceparent"]!.GetValue<string>());
    }

    private static async Task<(int Status, string Head, JsonNode? Body)> SubmitAsync(AppServer app, string host, params string[] headers)
    {
        using var connection = await RawConnection.OpenAsync(app.Api.Root);
        await connection.SendHeadAsync(
            "POST /v1/jobs",
            host,
            [ContentType, "Connection: close", string.Create(CultureInfo.InvariantCulture, $"Content-Length: {Small.Length}"), .. headers]);
        await connection.SendAsync(Small);
        return await connection.ReadAnswerAsync();
    }

    /// <summary>Waits for the lines about clients that hung up, and fails on a line about anything else that went wrong.</summary>
    private static async Task AssertHangUpsAsync(AppServer app, int count)
    {
        await Deadline.UntilAsync(() => Task.FromResult(HangUps().Count >= count), "A line about the hang-up", () => app.Process.Output);
        // By the time that another request is answered, the hang-up has led to whatever it leads to.
        using var health = await app.Api.GetAsync("/healthz");
        Assert.Equal(count, HangUps().Count);
        var lines = app.Process.Output.Split('\n').Where(line => !line.Contains(": Function Cancel", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotMatch("(?i)fail|error|warn|exception|cancel", line));

        List<string> HangUps() => [.. app.Process.Output.Split('\n').Where(line => line.Contains("hung up", StringComparison.Ordinal))];
    }

    private async Task<int> CountBlobsAsync()
    {
        var count = 0;
        await foreach (var blob in new BlobContainerClient(front.Storage, "rerank").GetBlobsAsync())
        {
            count++;
        }

        return count;
    }
}
