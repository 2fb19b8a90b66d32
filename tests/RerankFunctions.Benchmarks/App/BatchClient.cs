using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Blobs;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Benchmarks.App;

/// <summary>Puts inputs of batches into the storage of a running app and has them scored.</summary>
/// <param name="http">Sends requests to the app.</param>
/// <param name="storage">Connection string of its storage.</param>
internal sealed class BatchClient(HttpClient http, string storage)
{
    private const string Container = "rerank-drops";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private int _inputs;

    /// <summary>Writes an input with a line for each request.</summary>
    /// <returns>Container and name of the blob, a new one at each call: a blob starts one batch only.</returns>
    public async Task<string> WriteAsync(IReadOnlyList<ScoringRequest> requests)
    {
        var container = new BlobContainerClient(storage, Container);
        await container.CreateIfNotExistsAsync();
        var name = string.Create(CultureInfo.InvariantCulture, $"bench/{Environment.ProcessId}-{_inputs++}.jsonl");
        await using var blob = await container.GetBlobClient(name).OpenWriteAsync(overwrite: true);
        foreach (var request in requests)
        {
            await JsonSerializer.SerializeAsync(blob, new { query = request.Query, documents = request.Documents });
            await blob.WriteAsync("\n"u8.ToArray());
        }

        return $"{Container}/{name}";
    }

    /// <summary>Starts the batch of an input and waits for its end.</summary>
    public async Task RunAsync(string input)
    {
        using var started = await http.PostAsJsonAsync(new Uri("/v1/batches", UriKind.Relative), new { input });
        var id = (await started.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        while (true)
        {
            await Task.Delay(Interval);
            switch ((await http.GetFromJsonAsync<JsonElement>(new Uri($"/v1/batches/{id}", UriKind.Relative))).GetProperty("status").GetString())
            {
                case "completed":
                    return;
                case "failed" or "expired" or "cancelled":
                    throw new InvalidOperationException("The batch did not complete.");
                default:
                    break;
            }
        }
    }
}
