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
    /// <summary>For tests that ask the routes: the process stays up until the test ends it.</summary>
    private static readonly (string Name, string Value) StaysUp = ("Rerank:FailureExitDelay", "00:10:00");

    /// <summary>For tests that ask for the log and the exit code.</summary>
    private static readonly (string Name, string Value) EndsSoon = ("Rerank:FailureExitDelay", "00:00:01");

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
        (string Name, string Value)[] settings = [.. wrong.Select(setting => (setting.Name, setting.Value))];
        await using var app = AppServer.Launch(azurite.ConnectionString, [StaysUp, .. settings]);
        await app.WaitUntilListeningAsync();

        var ready = await WaitForFailureAsync(app, "invalid_settings");
        using var refused = await app.Api.PostAsync(Request());
        var log = await RunToFailureAsync(settings);

        Assert.Equal(
            wrong.Select(setting => setting.Name).Order(StringComparer.Ordinal),
            ready["errors"]!.AsArray().Select(error => error!["path"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.All(wrong, setting =>
        {
            Assert.DoesNotContain(setting.Value, ready.ToJsonString(), StringComparison.Ordinal);
            var line = log.Split('\n').First(line => line.Contains($"{setting.Name} is '{setting.Value}'", StringComparison.Ordinal));
            Assert.Contains(setting.Allowed, line, StringComparison.Ordinal);
        });
        Assert.DoesNotContain("   at ", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_model_folder_is_told_before_the_process_ends()
    {
        (string Name, string Value) missing = ("Rerank:ModelPath", "models/nowhere");
        await using var app = AppServer.Launch(azurite.ConnectionString, missing, StaysUp);
        await app.WaitUntilListeningAsync();

        await WaitForFailureAsync(app, "model_not_found");
        var log = await RunToFailureAsync(missing);

        Assert.Contains("models/nowhere", log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", log, StringComparison.Ordinal);
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

            (string Name, string Value) damaged = ("Rerank:ModelPath", folder.FullName);
            await using var app = AppServer.Launch(azurite.ConnectionString, damaged, StaysUp);
            await app.WaitUntilListeningAsync();

            await WaitForFailureAsync(app, "model_invalid");

            Assert.Contains(".onnx", await RunToFailureAsync(damaged), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_hub_that_fails_keeps_the_process_waiting_and_the_model_is_loaded_when_the_hub_is_back()
    {
        await using var hub = await FakeHub.StartAsync();
        foreach (var (name, bytes) in DemoModel())
        {
            hub.Files[name] = bytes;
        }

        var isDown = true;
        hub.Before = (context, _) =>
        {
            var refuses = Volatile.Read(ref isDown);
            if (refuses)
            {
                // Longer than a download waits, so that it fails at once.
                context.Response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
                context.Response.Headers.RetryAfter = "3600";
            }

            return Task.FromResult(refuses);
        };
        var cache = Directory.CreateTempSubdirectory("rerank-cache-");
        try
        {
            await using var app = AppServer.Launch(
                azurite.ConnectionString,
                ("Rerank:ModelPath", $"hf:owner/name@{FakeHub.Commit}"),
                ("HF_ENDPOINT", hub.Address),
                ("Rerank:ModelCachePath", cache.FullName),
                EndsSoon);
            await app.WaitUntilListeningAsync();
            var id = await app.Api.SubmitAsync(Request());
            await WaitForFailureAsync(app, "model_unreachable");

            Volatile.Write(ref isDown, false);

            var status = await app.Api.WaitForEndAsync(id);
            Assert.Equal("succeeded", status["status"]!.GetValue<string>());
            Assert.Equal(1, status["attempts"]!.GetValue<int>());
            Assert.Equal(HttpStatusCode.OK, await app.Api.TryGetStatusAsync("/readyz"));
            Assert.Contains("cannot be loaded yet (model_unreachable)", app.Process.Output, StringComparison.Ordinal);
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
        int messages;
        await using (var api = await AppServer.StartAsync(azurite.ConnectionString, AppServer.NoWorker))
        {
            id = await api.Api.SubmitAsync(Request());
            messages = await CountAsync();
        }

        await using (var wrong = AppServer.Launch(azurite.ConnectionString, ("Rerank:MaxAttempts", "-1"), StaysUp))
        {
            await wrong.Process.WaitForLineAsync(
                line => line.Contains("Settings are wrong: a message of ProcessJob goes back to the queue.", StringComparison.Ordinal));
            // The host deletes the original once the function has sent the copy.
            await Deadline.UntilAsync(async () => await CountAsync() == messages, "The copy has taken the place of the message");
        }

        await using var worker = await AppServer.StartAsync(azurite.ConnectionString);
        // The copy is hidden for a minute; this one takes its place.
        await queue.SendMessageAsync($$"""{"v":1,"jobId":"{{id}}"}""");
        var status = await worker.Api.WaitForEndAsync(id);
        Assert.Equal("succeeded", status["status"]!.GetValue<string>());
        Assert.Equal(1, status["attempts"]!.GetValue<int>());

        async Task<int> CountAsync() => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount;
    }

    /// <summary>Runs the app until it ends with the exit code of a failed start, and returns its log.</summary>
    private async Task<string> RunToFailureAsync(params (string Name, string Value)[] settings)
    {
        await using var app = AppServer.Launch(azurite.ConnectionString, [EndsSoon, .. settings]);
        Assert.Equal(1, await app.Process.WaitForExitAsync());
        return app.Process.Output;
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
