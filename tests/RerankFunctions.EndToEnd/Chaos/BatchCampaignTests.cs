using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using RerankFunctions.EndToEnd.Support;
using RerankFunctions.Storage;
using Xunit.Abstractions;

namespace RerankFunctions.EndToEnd.Chaos;

/// <summary>
/// A batch on real processes that are killed while they cut and score it: each line has its one result, and memory does not grow with the file.
/// </summary>
public sealed class BatchCampaignTests(ITestOutputHelper output)
{
    private const string Name = "campaign.jsonl";
    private const double Tolerance = 1e-4;
    private const int Samples = 10;
    private const long Slack = 256L << 20;

    private static readonly TimeSpan RunTime = TimeSpan.FromMinutes(60);

    [Fact]
    public async Task A_batch_survives_its_workers()
    {
        var plan = BatchPlan.Read();
        var azurite = new Azurite();
        await azurite.InitializeAsync();
        try
        {
            await WriteInputAsync(azurite.ConnectionString, plan);

            // Short leases, so that a killed worker costs little time; small chunks, so that a small file has many. Kept scores would fill memory by intent.
            await using var workers = new ChaosWorkers(
                azurite.ConnectionString,
                new Random(plan.Seed),
                ("Rerank:CacheBytes", "0"),
                ("Rerank:LeaseDuration", "00:00:09"),
                ("Rerank:LeaseRenewal", "00:00:02"),
                ("Rerank:Batches:ChunkPairs", Math.Clamp(plan.Lines * plan.Documents / 40, 10, 4_000).ToString(CultureInfo.InvariantCulture)));
            await workers.StartAsync();
            var began = Stopwatch.GetTimestamp();
            var id = await StartAsync(workers);
            var memory = await RunAsync(plan, workers, id).WaitAsync(RunTime);
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            await CheckAsync(plan, azurite.ConnectionString, workers, id);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{plan}: {seconds:F0} s, {plan.Lines * plan.Documents / seconds:F0} pairs a second; "
                + $"a worker's memory {memory.Early >> 20} MiB at first, at most {memory.Peak >> 20} MiB"));
            Assert.InRange(memory.Peak, 0, (2 * memory.Early) + Slack);
        }
        finally
        {
            await azurite.DisposeAsync();
        }
    }

    private static async Task WriteInputAsync(string connection, BatchPlan plan)
    {
        var container = new BlobContainerClient(connection, Batches.Inputs);
        await container.CreateIfNotExistsAsync();
        await using var stream = await container.GetBlobClient(Name).OpenWriteAsync(overwrite: true);
        for (var line = 0; line < plan.Lines; line++)
        {
            var request = Request(line, plan.Documents);
            request["custom_id"] = string.Create(CultureInfo.InvariantCulture, $"line {line}");
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"{request.ToJsonString()}\n"));
        }
    }

    private static JsonObject Request(int line, int documents) => new()
    {
        ["query"] = string.Create(CultureInfo.InvariantCulture, $"{ChaosClient.Secret}: where does animal {line} live?"),
        ["documents"] = new JsonArray([.. Enumerable.Range(0, documents).Select(document => JsonValue.Create(
            string.Create(CultureInfo.InvariantCulture, $"{ChaosClient.Secret}: animal {line + document} lives in region {document}.")))]),
    };

    private static async Task<string> StartAsync(ChaosWorkers workers)
    {
        using var content = new StringContent($$"""{"input":"{{Batches.Inputs}}/{{Name}}"}""", Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/batches") { Content = content };
        using var response = await workers.Any()!.SendAsync(request);
        return (await Api.ReadAsync(response))["id"]!.GetValue<string>();
    }

    /// <summary>Kills workers at even shares of the lines until the batch has ended.</summary>
    private static async Task<(long Early, long Peak)> RunAsync(BatchPlan plan, ChaosWorkers workers, string id)
    {
        var (kills, samples, early, peak) = (0, 0, 0L, 0L);
        while (true)
        {
            var memory = workers.Memory.DefaultIfEmpty().Max();
            peak = Math.Max(peak, memory);
            early = samples++ < Samples ? peak : early;
            var status = await TryReadAsync(workers, id);
            if (status?["status"]!.GetValue<string>() is "completed" or "failed" or "expired")
            {
                return (early, peak);
            }

            if (kills < plan.Kills && status?["request_counts"]!["completed"]!.GetValue<long>() >= (long)plan.Lines * kills / (plan.Kills + 1))
            {
                kills++;
                await workers.ReplaceAnyAsync(isKill: true, _ => Task.CompletedTask);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
    }

    private static async Task<JsonNode?> TryReadAsync(ChaosWorkers workers, string id)
    {
        try
        {
            if (workers.Any() is { } api)
            {
                using var response = await api.GetAsync($"/v1/batches/{id}");
                return response.IsSuccessStatusCode ? await Api.ReadAsync(response) : null;
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The worker has died; another one answers the next time.
            await Task.Yield();
        }

        return null;
    }

    private static async Task CheckAsync(BatchPlan plan, string connection, ChaosWorkers workers, string id)
    {
        var api = workers.Any()!;
        using var response = await api.GetAsync($"/v1/batches/{id}");
        var status = await Api.ReadAsync(response);
        Assert.True(status["status"]!.GetValue<string>() == "completed", status.ToJsonString());
        Assert.Equal($$"""{"total":{{plan.Lines}},"completed":{{plan.Lines}},"failed":0}""", status["request_counts"]!.ToJsonString());

        var random = new Random(plan.Seed);
        var path = status["output_file_id"]!.GetValue<string>()[(Batches.Results.Length + 1)..];
        using var reader = new StreamReader(await new BlobContainerClient(connection, Batches.Results).GetBlobClient(path).OpenReadAsync());
        var tokens = 0L;
        for (var line = 0; line < plan.Lines; line++)
        {
            var result = JsonNode.Parse((await reader.ReadLineAsync())!)!;
            Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"line {line}"), result["custom_id"]!.GetValue<string>());
            var answer = result["response"]!["body"]!;
            Assert.Equal(Enumerable.Range(0, plan.Documents), answer["results"]!.AsArray().Select(each => each!["index"]!.GetValue<int>()).Order());
            tokens += answer["usage"]!["total_tokens"]!.GetValue<long>();
            if (random.Next(plan.Lines) < 5)
            {
                await CompareAsync(api, Request(line, plan.Documents), answer);
            }
        }

        Assert.Null(await reader.ReadLineAsync());
        Assert.Equal(tokens, status["usage"]!["total_tokens"]!.GetValue<long>());
        Assert.DoesNotContain(ChaosClient.Secret, workers.Output, StringComparison.Ordinal);
    }

    /// <summary>The line holds what a job with the same request answers.</summary>
    private static async Task CompareAsync(Api api, JsonObject request, JsonNode answer)
    {
        var job = await api.RerankAsync(request);
        Assert.Equal(Scores(job), Scores(answer), (left, right) => Math.Abs(left - right) < Tolerance);
    }

    private static List<double> Scores(JsonNode answer) =>
    [
        .. answer["results"]!.AsArray().OrderBy(result => result!["index"]!.GetValue<int>()).Select(result => result!["relevance_score"]!.GetValue<double>()),
    ];
}
