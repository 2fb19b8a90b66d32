using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;

namespace RerankFunctions.EndToEnd.Support;

/// <summary>The inputs and outputs of batches in storage.</summary>
internal sealed class Batches(string storage, Api api)
{
    public const string Drops = "rerank-drops";
    public const string Inputs = "rerank-inputs";
    public const string Results = "rerank-results";

    private readonly BlobServiceClient _service = new(storage);

    /// <summary>Writes a blob.</summary>
    public async Task PutAsync(string container, string name, byte[] content)
    {
        var client = _service.GetBlobContainerClient(container);
        await client.CreateIfNotExistsAsync();
        await client.GetBlobClient(name).UploadAsync(new BinaryData(content), overwrite: true);
    }

    public Task PutAsync(string container, string name, IEnumerable<string> lines) =>
        PutAsync(container, name, Encoding.UTF8.GetBytes(string.Join('\n', lines)));

    public static byte[] Gzip(byte[] content)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return output.ToArray();
    }

    /// <summary>Reads the lines of a blob; null when there is none.</summary>
    public async Task<List<JsonNode>?> ReadAsync(string container, string name)
    {
        var blob = _service.GetBlobContainerClient(container).GetBlobClient(name);
        if (!await blob.ExistsAsync())
        {
            return null;
        }

        var text = (await blob.DownloadContentAsync()).Value.Content.ToString();
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    /// <summary>Waits until there is an output and returns its lines.</summary>
    public async Task<List<JsonNode>> WaitForResultsAsync(string name)
    {
        List<JsonNode>? lines = null;
        await Deadline.UntilAsync(async () => (lines = await ReadAsync(Results, name)) is not null, $"{name} is there");
        return lines!;
    }

    /// <summary>Waits until a batch has ended and returns its status.</summary>
    public async Task<JsonNode> WaitForEndAsync(string id)
    {
        JsonNode? status = null;
        await Deadline.UntilAsync(
            async () =>
            {
                using var response = await api.GetAsync($"/v1/batches/{id}");
                status = await Api.ReadAsync(response);
                Assert.True(response.IsSuccessStatusCode, status.ToJsonString());
                return status["status"]?.GetValue<string>() is "completed" or "failed" or "cancelled" or "expired";
            },
            "The batch has ended",
            () => status?.ToJsonString() ?? "");
        return status!;
    }

    /// <summary>Starts a batch and returns its id.</summary>
    public async Task<string> StartAsync(JsonNode request)
    {
        using var response = await PostAsync("/v1/batches", request);
        var body = await Api.ReadAsync(response);
        Assert.True(response.IsSuccessStatusCode, body.ToJsonString());
        return body["id"]!.GetValue<string>();
    }

    /// <summary>Posts a body.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, JsonNode? body)
    {
        using var content = new StringContent(body?.ToJsonString() ?? "", Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        return await api.SendAsync(request);
    }
}
