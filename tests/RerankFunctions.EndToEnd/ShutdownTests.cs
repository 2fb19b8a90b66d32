using System.Net;
using System.Text.Json.Nodes;
using RerankFunctions.EndToEnd.Support;
using RerankFunctions.Storage;

namespace RerankFunctions.EndToEnd;

/// <summary>SIGTERM to a process with work.</summary>
public sealed class ShutdownTests(Azurite azurite) : IClassFixture<Azurite>
{
    /// <summary>Maximum time from SIGTERM to the end of the process: 10 s for its jobs, and some to give them back.</summary>
    private static readonly TimeSpan MaxShutdown = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_long_poll_ends_with_the_state_of_its_job_and_a_job_that_does_not_finish_in_time_goes_to_the_next_worker()
    {
        string id;
        await using (var app = await AppServer.StartAsync(azurite.ConnectionString, ("Rerank:ModelThreads", "1")))
        {
            id = await app.Api.SubmitAsync(LongRequest());
            await WaitUntilRunningAsync(app, id);
            var waiting = app.Api.GetAsync($"/v1/jobs/{id}?wait=30");

            app.Process.Terminate();
            var exit = app.Process.WaitForExitAsync().WaitAsync(MaxShutdown);

            using var answer = await waiting;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("running", (await Api.ReadAsync(answer))["status"]!.GetValue<string>());
            Assert.Equal(0, await exit);
            Assert.Contains("The process drains", app.Process.Output, StringComparison.Ordinal);
        }

        await using var next = await AppServer.StartAsync(azurite.ConnectionString);
        var status = await WaitUntilRunningAsync(next, id);
        Assert.Equal(2, status["attempts"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_job_that_finishes_in_time_is_finished()
    {
        string id;
        await using (var app = await AppServer.StartAsync(azurite.ConnectionString))
        {
            id = await app.Api.SubmitAsync(Request(documents: 20, words: 20));
            await app.Process.WaitForLineAsync(line => line.Contains($"at job {id} begins", StringComparison.Ordinal));

            app.Process.Terminate();

            Assert.Equal(0, await app.Process.WaitForExitAsync());
        }

        await using var api = await AppServer.StartAsync(azurite.ConnectionString, AppServer.NoWorker);
        Assert.Equal("succeeded", (await api.Api.WaitForEndAsync(id))["status"]!.GetValue<string>());
    }

    private static async Task<JsonNode> WaitUntilRunningAsync(AppServer app, string id)
    {
        JsonNode? status = null;
        await Deadline.UntilAsync(
            async () =>
            {
                using var response = await app.Api.GetAsync($"/v1/jobs/{id}");
                status = await Api.ReadAsync(response);
                return status["status"]!.GetValue<string>() == "running";
            },
            "The job runs",
            () => status?.ToJsonString() ?? app.Process.Output);
        return status!;
    }

    /// <summary>A job that takes longer than a shutdown, also on a fast machine.</summary>
    private static JsonObject LongRequest() => Request(documents: 1_000, words: 500);

    private static JsonObject Request(int documents, int words) => new()
    {
        ["query"] = "What is the capital of France?",
        ["documents"] = new JsonArray([.. Enumerable.Range(0, documents).Select(number => JsonValue.Create(
            $"{number}: {string.Join(' ', Enumerable.Repeat("Paris", words))}"))]),
    };
}
