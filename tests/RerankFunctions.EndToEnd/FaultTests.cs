using System.Net;
using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using RerankFunctions.EndToEnd.Support;
using RerankFunctions.Storage;

namespace RerankFunctions.EndToEnd;

/// <summary>Storage that fails and workers that die.</summary>
public sealed class FaultTests(Azurite azurite) : IClassFixture<Azurite>
{
    [Fact]
    public async Task Storage_down_is_503_until_it_is_back()
    {
        using var gate = azurite.OpenGate();
        await using var app = await AppServer.StartAsync(gate.ConnectionString);
        var before = await app.Api.SubmitAsync(Request(1));
        await app.Api.WaitForEndAsync(before);

        gate.Cut();
        using (var refused = await app.Api.PostAsync(Request(1)))
        {
            var body = await Api.ReadAsync(refused);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.True(refused.Headers.RetryAfter!.Delta > TimeSpan.Zero);
            Assert.Equal("storage_unavailable", body["code"]!.GetValue<string>());
            Assert.Contains(body["id"]!.GetValue<string>(), app.Process.Output, StringComparison.Ordinal);
        }

        using (var unread = await app.Api.GetAsync($"/v1/jobs/{before}"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, unread.StatusCode);
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await app.Api.TryGetStatusAsync("/readyz"));
        Assert.Equal(HttpStatusCode.OK, await app.Api.TryGetStatusAsync("/healthz"));

        gate.Mend();
        await app.Api.RerankAsync(Request(1));
        Assert.Equal("succeeded", (await app.Api.WaitForEndAsync(before))["status"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, await app.Api.TryGetStatusAsync("/readyz"));
    }

    [Fact]
    public async Task Storage_that_hangs_is_503_until_it_goes_on()
    {
        var storage = new Azurite();
        await storage.InitializeAsync();
        try
        {
            await using var app = await AppServer.StartAsync(storage.ConnectionString, ("Rerank:SubmitTimeout", "00:00:02"));
            var before = await app.Api.SubmitAsync(Request(1));
            await app.Api.WaitForEndAsync(before);

            await storage.PauseAsync();
            using (var refused = await app.Api.PostAsync(Request(1)))
            {
                Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
                Assert.True(refused.Headers.RetryAfter!.Delta > TimeSpan.Zero);
                Assert.Equal("storage_unavailable", (await Api.ReadAsync(refused))["code"]!.GetValue<string>());
            }

            Assert.Equal(HttpStatusCode.ServiceUnavailable, await app.Api.TryGetStatusAsync("/readyz"));
            Assert.DoesNotContain("AggregateException", app.Process.Output, StringComparison.Ordinal);

            await storage.ResumeAsync();
            await app.Api.RerankAsync(Request(1));
        }
        finally
        {
            await storage.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_job_whose_worker_is_killed_before_it_stores_the_answer_is_found_again_while_the_queue_hides_its_message()
    {
        (string, string)[] shortLease = [("Rerank:LeaseDuration", "00:00:05"), ("Rerank:LeaseRenewal", "00:00:01")];
        string id;
        using var gate = azurite.OpenGate();
        await using (var dying = await AppServer.StartAsync(gate.ConnectionString, shortLease))
        {
            var cut = gate.CutBeforeAsync(IsWriteOfAnswer);
            id = await dying.Api.SubmitAsync(Request(3));
            await cut.WaitAsync(Deadline.Long);
            await dying.Process.KillAsync();
        }

        await using var app = await AppServer.StartAsync(azurite.ConnectionString);

        var status = await app.Api.WaitForEndAsync(id);

        Assert.Equal("succeeded", status["status"]!.GetValue<string>());
        Assert.Equal(2, status["attempts"]!.GetValue<int>());
        Assert.Equal(3, status["results"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_job_accepted_by_one_process_is_scored_by_another_after_the_first_was_killed()
    {
        string id;
        await using (var api = await AppServer.StartAsync(azurite.ConnectionString, AppServer.NoWorker))
        {
            id = await api.Api.SubmitAsync(Request(3));
            await api.Process.KillAsync();
        }

        await using var worker = await AppServer.StartAsync(azurite.ConnectionString);

        Assert.Equal("succeeded", (await worker.Api.WaitForEndAsync(id))["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_canceled_job_is_never_scored()
    {
        string id;
        await using (var api = await AppServer.StartAsync(azurite.ConnectionString, AppServer.NoWorker))
        {
            id = await api.Api.SubmitAsync(Request(3));
            using var canceled = await api.Api.DeleteAsync($"/v1/jobs/{id}");
            Assert.Equal(HttpStatusCode.Accepted, canceled.StatusCode);
            Assert.Equal("canceled", (await Api.ReadAsync(canceled))["status"]!.GetValue<string>());
        }

        await using var worker = await AppServer.StartAsync(azurite.ConnectionString);
        await worker.Api.RerankAsync(Request(1));
        using var status = await worker.Api.GetAsync($"/v1/jobs/{id}");

        Assert.Equal("canceled", (await Api.ReadAsync(status))["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_worker_without_a_usable_model_fails_no_job()
    {
        string id;
        await using (var api = await AppServer.StartAsync(azurite.ConnectionString, AppServer.NoWorker))
        {
            id = await api.Api.SubmitAsync(Request(3));
        }

        await using (var useless = AppServer.Launch(azurite.ConnectionString, ("Rerank:ModelPath", "models/nowhere"), ("Rerank:FailureExitDelay", "00:00:02")))
        {
            Assert.NotEqual(0, await useless.Process.WaitForExitAsync());
        }

        await using var worker = await AppServer.StartAsync(azurite.ConnectionString);
        await ShowAgainAsync(id);

        Assert.Equal("succeeded", (await worker.Api.WaitForEndAsync(id))["status"]!.GetValue<string>());
    }

    /// <summary>Sends a copy of a dead worker's message, which the queue hides for ten minutes.</summary>
    private async Task ShowAgainAsync(string id)
    {
        var queue = new QueueClient(
            azurite.ConnectionString, "rerank-jobs", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        await queue.SendMessageAsync($$"""{"v":1,"jobId":"{{id}}"}""");
    }

    private static bool IsWriteOfAnswer(string request) =>
        request.StartsWith("PUT ", StringComparison.Ordinal) && request.Contains("/results/", StringComparison.Ordinal);

    private static JsonObject Request(int documents) => new()
    {
        ["query"] = "What is the capital of France?",
        ["documents"] = new JsonArray([.. Enumerable.Range(0, documents).Select(number => JsonValue.Create(
            $"{number}: Paris is the capital of France, Berlin is the capital of Germany, and the Nile is a river in Africa."))]),
    };
}
