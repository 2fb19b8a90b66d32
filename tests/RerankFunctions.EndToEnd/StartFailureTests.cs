using System.Net;
using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using RerankFunctions.EndToEnd.Support;
using RerankFunctions.Storage;

namespace RerankFunctions.EndToEnd;

/// <summary>The table of start failures in docs/operations.md: what an operator sees who has the log, the health routes and the exit code.</summary>
public sealed class StartFailureTests(Azurite azurite) : IClassFixture<Azurite>
{
    private static readonly (string Name, string Value) ShortDelay = ("Rerank:FailureExitDelay", "00:00:10");

    [Fact]
    public async Task Wrong_settings_are_named_by_readiness_and_explained_in_the_log_before_the_process_ends()
    {
        (string Name, string Value, string Allowed)[] wrong =
        [
            ("Rerank:Limits:MaxDocuments", "many", "Int32"),
            ("Rerank:MaxAttempts", "-1", "100"),
            ("Rerank:Container", "No Such Name", "lower-case letters"),
            ("Rerank:Device", "abacus", "cuda"),
            ("Rerank:MaxBatchTokens", "-5", "4194304"),
            ("Rerank:ConsoleFormat", "verse", "json"),
        ];
        await using var app = AppServer.Launch(
            azurite.ConnectionString, [ShortDelay, .. wrong.Select(setting => (setting.Name, setting.Value))]);
        await app.WaitUntilListeningAsync();

        var ready = await WaitForFailureAsync(app, "invalid_settings");
        using var refused = await app.Api.PostAsync(Request());

        Assert.Equal(
            wrong.Select(setting => setting.Name).Order(StringComparer.Ordinal),
            ready["errors"]!.AsArray().Select(error => error!["path"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(1, await app.Process.WaitForExitAsync());
        Assert.All(wrong, setting =>
        {
            Assert.DoesNotContain(setting.Value, ready.ToJsonString(), StringComparison.Ordinal);
            var line = app.Process.Output.Split('\n').First(line => line.Contains($"{setting.Name} is '{setting.Value}'", StringComparison.Ordinal));
            Assert.Contains(setting.Allowed, line, StringComparison.Ordinal);
        });
        Assert.DoesNotContain("   at ", app.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_model_folder_is_told_before_the_process_ends()
    {
        await using var app = AppServer.Launch(azurite.ConnectionString, ("Rerank:ModelPath", "models/nowhere"), ShortDelay);
        await app.WaitUntilListeningAsync();

        await WaitForFailureAsync(app, "model_not_found");

        Assert.Equal(1, await app.Process.WaitForExitAsync());
        Assert.Contains("models/nowhere", app.Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", app.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_model_is_told_before_the_process_ends()
    {
        var folder = Directory.CreateTempSubdirectory("rerank-damaged-");
        try
        {
            foreach (var (name, bytes) in DemoModel())
            {
                var path = Path.Combine(folder.FullName, name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await File.WriteAllBytesAsync(path, name.EndsWith(".onnx", StringComparison.Ordinal) ? bytes[..(bytes.Length / 2)] : bytes);
            }

            await using var app = AppServer.Launch(azurite.ConnectionString, ("Rerank:ModelPath", folder.FullName), ShortDelay);
            await app.WaitUntilListeningAsync();

            await WaitForFailureAsync(app, "model_invalid");

            Assert.Equal(1, await app.Process.WaitForExitAsync());
            Assert.Contains(".onnx", app.Process.Output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Jobs_stay_queued_and_uncounted_while_settings_are_wrong()
    {
        var queue = new QueueClient(
            azurite.ConnectionString, "rerank-jobs", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        string id;
        await using (var api = await AppServer.StartAsync(azurite.ConnectionString, ("AzureWebJobs.ProcessJob.Disabled", "true")))
        {
            id = await api.Api.SubmitAsync(Request());
        }

        await using (var wrong = AppServer.Launch(azurite.ConnectionString, ("Rerank:MaxAttempts", "-1"), ShortDelay))
        {
            Assert.Equal(1, await wrong.Process.WaitForExitAsync());
            Assert.Contains("Settings are wrong: a message of ProcessJob goes back to the queue.", wrong.Process.Output, StringComparison.Ordinal);
        }

        await using var worker = await AppServer.StartAsync(azurite.ConnectionString);
        // The message that went back is hidden for a minute; this one takes its place.
        await queue.SendMessageAsync($$"""{"v":1,"jobId":"{{id}}"}""");
        var status = await worker.Api.WaitForEndAsync(id);
        Assert.Equal("succeeded", status["status"]!.GetValue<string>());
        Assert.Equal(1, status["attempts"]!.GetValue<int>());
    }

    private static async Task<JsonNode> WaitForFailureAsync(AppServer app, string code)
    {
        JsonNode? ready = null;
        await Deadline.UntilAsync(
            async () =>
            {
                using var response = await app.Api.GetAsync("/readyz");
                ready = await Api.ReadAsync(response);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
                return ready.ToJsonString().Contains($"\"{code}\"", StringComparison.Ordinal);
            },
            $"Readiness says {code}",
            () => ready?.ToJsonString() ?? app.Process.Output);
        Assert.Equal(HttpStatusCode.OK, await app.Api.TryGetStatusAsync("/healthz"));
        return ready!;
    }

    private static IEnumerable<(string Name, byte[] Bytes)> DemoModel()
    {
        var folder = Path.Combine(Repository.Root, "models", "demo");
        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => (Path.GetRelativePath(folder, path).Replace('\\', '/'), File.ReadAllBytes(path)));
    }

    private static JsonObject Request() => new()
    {
        ["query"] = "What is the capital of France?",
        ["documents"] = new JsonArray("Lyon is a large city in France.", "Paris is the capital of France."),
    };
}
