using System.Net;
using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using RerankFunctions.EndToEnd.Support;
using RerankFunctions.Storage;
using RerankFunctions.Tests.ModelSources;

namespace RerankFunctions.EndToEnd;

/// <summary>The table of start failures in docs/operations.md: what an operator sees who has the log, the health routes and the exit code.</summary>
public sealed class StartFailureTests(Azurite azurite) : IClassFixture<Azurite>
{
    private static readonly (string Name, string Value) ShortDelay = ("Rerank:FailureExitDelay", "00:00:05");

    [Theory]
    [InlineData("Rerank:Limits:MaxDocuments", "0", "10000")]
    [InlineData("Rerank:Limits:MaxDocuments", "many", "Int32")]
    [InlineData("Rerank:MaxAttempts", "-1", "100")]
    [InlineData("Rerank:Container", "No Such Name", "lower-case letters")]
    [InlineData("Rerank:Device", "abacus", "cuda")]
    [InlineData("Rerank:MaxBatchTokens", "-5", "4194304")]
    [InlineData("Rerank:ConsoleFormat", "verse", "json")]
    public async Task A_wrong_setting_is_named_by_readiness_and_told_in_the_log_before_the_process_ends(string name, string value, string allowed)
    {
        await using var app = AppServer.Launch(azurite.ConnectionString, (name, value), ShortDelay);
        await app.WaitUntilListeningAsync();

        var ready = await WaitForFailureAsync(app, "invalid_settings");
        using var refused = await app.Api.PostAsync(Request());

        Assert.Equal(name, Assert.Single(ready["errors"]!.AsArray())!["path"]!.GetValue<string>());
        Assert.DoesNotContain(value, ready["errors"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(1, await app.Process.WaitForExitAsync());
        Assert.Contains($"{name} is '{value}'", app.Process.Output, StringComparison.Ordinal);
        Assert.Contains(allowed, app.Process.Output, StringComparison.Ordinal);
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
    public async Task A_hub_that_does_not_answer_keeps_the_process_waiting_and_the_load_goes_on_when_it_is_back()
    {
        await using var hub = await HubServer.StartAsync();
        foreach (var (name, bytes) in DemoModel())
        {
            hub.Files[name] = bytes;
        }

        var isDown = true;
        hub.Before = (context, _) =>
        {
            context.Response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
            return Task.FromResult(Volatile.Read(ref isDown));
        };
        var cache = Directory.CreateTempSubdirectory("rerank-cache-");
        try
        {
            await using var app = AppServer.Launch(
                azurite.ConnectionString,
                ("Rerank:ModelPath", $"hf:owner/name@{HubServer.Commit}"),
                ("HF_ENDPOINT", hub.Address),
                ("Rerank:ModelCachePath", cache.FullName),
                ShortDelay);
            await app.WaitUntilListeningAsync();
            var id = await app.Api.SubmitAsync(Request());
            await WaitForFailureAsync(app, "model_unreachable");

            Volatile.Write(ref isDown, false);

            var status = await app.Api.WaitForEndAsync(id);
            Assert.Equal("succeeded", status["status"]!.GetValue<string>());
            Assert.Equal(1, status["attempts"]!.GetValue<int>());
            Assert.Equal(HttpStatusCode.OK, await app.Api.TryGetStatusAsync("/readyz"));
            Assert.Contains("Model loaded from", app.Process.Output, StringComparison.Ordinal);
        }
        finally
        {
            cache.Delete(recursive: true);
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
        Assert.Equal(1, (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
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
