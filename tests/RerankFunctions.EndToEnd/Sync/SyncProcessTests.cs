using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using RerankFunctions.EndToEnd.Support;
using RerankFunctions.Storage;

namespace RerankFunctions.EndToEnd.Sync;

/// <summary>Processes with keys, without a model, with clients that are slow and clients that leave.</summary>
public sealed class SyncProcessTests(Azurite azurite) : IClassFixture<Azurite>
{
    private const string Small = """{"query":"q","documents":["a","b"]}""";

    [Fact]
    public async Task Keys_admit_in_every_form_and_are_in_no_log()
    {
        const string Key = "swordfish-0123456789";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key)));
        await using var app = await AppServer.StartAsync(azurite.ConnectionString, ("Rerank:ClientKeys:web", hash));

        foreach (var (name, value) in new[] { ("Authorization", $"Bearer {Key}"), ("Authorization", Key), ("api-key", Key), ("x-functions-key", Key) })
        {
            Assert.Equal(HttpStatusCode.OK, (await PostAsync(app, Small, (name, value))).Status);
        }

        foreach (var headers in new (string, string)[][] { [], [("Authorization", "Bearer wrong")], [("api-key", hash)] })
        {
            var (status, head, body) = await PostAsync(app, Small, headers);
            Assert.Equal(HttpStatusCode.Unauthorized, status);
            Assert.Contains("Bearer", head, StringComparison.Ordinal);
            Assert.Contains("no valid key", body, StringComparison.Ordinal);
        }

        await app.Process.WaitForLineAsync(line => line.Contains("Client web got 200", StringComparison.Ordinal));
        Assert.DoesNotContain(Key, app.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closed_routes_say_which_setting_opens_them()
    {
        await using var app = await AppServer.StartAsync(azurite.ConnectionString, [.. AppServer.NoWorker, ("Rerank:AllowAnonymous", "false")]);

        var (status, _, body) = await PostAsync(app, Small);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("Rerank:ClientKeys", body, StringComparison.Ordinal);
        Assert.Contains("The rerank routes are closed", app.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_api_without_a_model_answers_by_a_worker_or_names_the_job_that_goes_on()
    {
        await using var api = await AppServer.StartAsync(azurite.ConnectionString, [.. AppServer.NoWorker, ("Rerank:SyncTimeout", "00:00:01")]);
        var (status, head, body) = await PostAsync(api, """{"query":"q","texts":["a","b"]}""");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("Retry-After: 1", head, StringComparison.Ordinal);
        var error = System.Text.Json.Nodes.JsonNode.Parse(body)!;
        Assert.Equal("Unhealthy", error["error_type"]!.GetValue<string>());
        Assert.Equal("still_running", error["code"]!.GetValue<string>());

        await using var worker = await AppServer.StartAsync(azurite.ConnectionString);
        var job = await api.Api.WaitForEndAsync(error["id"]!.GetValue<string>());
        Assert.Equal("succeeded", job["status"]!.GetValue<string>());

        await using var patient = await AppServer.StartAsync(azurite.ConnectionString, AppServer.NoWorker);
        (status, _, body) = await PostAsync(patient, Small);
        Assert.True(status == HttpStatusCode.OK, body);
        (status, _, body) = await PostAsync(patient, """{"queries":["q","r"],"documents":["a","b"]}""", "/score");
        Assert.True(status == HttpStatusCode.OK, body);
    }

    [Fact]
    public async Task A_client_that_leaves_frees_the_engine()
    {
        await using var app = await AppServer.StartAsync(azurite.ConnectionString, ("Rerank:ModelThreads", "1"), ("Rerank:CacheBytes", "0"));
        var words = string.Join(' ', Enumerable.Repeat("word", 400));
        var documents = string.Join(',', Enumerable.Range(0, 1_000).Select(index => $"\"{index} {words}\""));
        var body = $$"""{"query":"q","documents":[{{documents}}]}""";
        using (var leaving = await RawConnection.OpenAsync(app.Api.Root))
        {
            await leaving.SendHeadAsync("POST /v2/rerank", "localhost", Head(body.Length));
            await leaving.SendAsync(body);
        }

        await app.Process.WaitForLineAsync(line => line.Contains("got 499", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(app, Small)).Status);
    }

    [Fact]
    public async Task Slow_clients_do_not_stop_others()
    {
        await using var app = await AppServer.StartAsync(azurite.ConnectionString);
        var slow = new List<RawConnection>();
        try
        {
            foreach (var _ in Enumerable.Range(0, 500))
            {
                var connection = await RawConnection.OpenAsync(app.Api.Root);
                slow.Add(connection);
                await connection.SendHeadAsync("POST /v2/rerank", "localhost", Head(Small.Length));
            }

            for (var sent = 0; sent < Small.Length - 1; sent++)
            {
                await Task.WhenAll(slow.Select(connection => connection.SendAsync(Small[sent..(sent + 1)])));
            }

            Assert.Equal(HttpStatusCode.OK, (await PostAsync(app, Small)).Status);

            await Task.WhenAll(slow.Select(connection => connection.SendAsync(Small[^1..])));
            var answers = await Task.WhenAll(slow.Select(connection => connection.ReadAnswerAsync()));
            Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        }
        finally
        {
            slow.ForEach(connection => connection.Dispose());
        }
    }

    private static string[] Head(int length) =>
        ["Content-Type: application/json", "Connection: close", string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}")];

    private static Task<(HttpStatusCode Status, string Head, string Body)> PostAsync(
        AppServer app, string body, params (string Name, string Value)[] headers) => PostAsync(app, body, "/rerank", headers);

    private static async Task<(HttpStatusCode Status, string Head, string Body)> PostAsync(
        AppServer app, string body, string route, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await app.Api.SendAsync(request);
        return (response.StatusCode, response.Headers.ToString(), await response.Content.ReadAsStringAsync());
    }
}
