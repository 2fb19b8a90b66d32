using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace RerankFunctions.EndToEnd.Support;

/// <summary>A client of the app.</summary>
internal sealed class Api : IDisposable
{
    /// <summary>Key that requests carry; null for none.</summary>
    public static readonly string? FunctionKey = Environment.GetEnvironmentVariable("RERANK_E2E_KEY");

    private readonly HttpClient _http;

    public Api(Uri root)
    {
        Root = root;
        _http = new HttpClient { BaseAddress = root, Timeout = Deadline.Long };
        if (FunctionKey is not null)
        {
            _http.DefaultRequestHeaders.Add("x-functions-key", FunctionKey);
        }
    }

    public Uri Root { get; }

    /// <summary>Sends a GET and returns its status, or null while nothing listens.</summary>
    public async Task<HttpStatusCode?> TryGetStatusAsync(string path)
    {
        try
        {
            using var response = await _http.GetAsync(path);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(path);

    public Task<HttpResponseMessage> DeleteAsync(string path) => _http.DeleteAsync(path);

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _http.SendAsync(request);

    /// <summary>Posts a body to /v1/jobs.</summary>
    public async Task<HttpResponseMessage> PostAsync(byte[] body, string? contentType = "application/json", string? idempotencyKey = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs") { Content = content };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return await _http.SendAsync(request);
    }

    /// <summary>Posts a body to /v1/jobs in the way of <c>PostAsJsonAsync</c>: in chunks, without a length.</summary>
    public Task<HttpResponseMessage> PostInChunksAsync<T>(T body) => _http.PostAsJsonAsync("/v1/jobs", body);

    public Task<HttpResponseMessage> PostAsync(JsonNode body, string? idempotencyKey = null) =>
        PostAsync(Encoding.UTF8.GetBytes(body.ToJsonString()), idempotencyKey: idempotencyKey);

    /// <summary>Submits a job and returns its id.</summary>
    public async Task<string> SubmitAsync(JsonNode request)
    {
        using var response = await PostAsync(request);
        var body = await ReadAsync(response);
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, body.ToJsonString());
        return body["id"]!.GetValue<string>();
    }

    /// <summary>Waits until a job has ended and returns its status.</summary>
    public async Task<JsonNode> WaitForEndAsync(string id)
    {
        JsonNode? status = null;
        await Deadline.UntilAsync(
            async () =>
            {
                using var response = await _http.GetAsync($"/v1/jobs/{id}?wait=20");
                status = await ReadAsync(response);
                Assert.True(response.IsSuccessStatusCode, status.ToJsonString());
                return status["status"]?.GetValue<string>() is "succeeded" or "failed" or "canceled";
            },
            "The job has ended",
            () => status?.ToJsonString() ?? "");
        return status!;
    }

    /// <summary>Submits a job and waits for its answer.</summary>
    public async Task<JsonNode> RerankAsync(JsonNode request)
    {
        var status = await WaitForEndAsync(await SubmitAsync(request));
        Assert.True(status["status"]!.GetValue<string>() == "succeeded", status.ToJsonString());
        return status;
    }

    public static async Task<JsonNode> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return JsonNode.Parse(text) ?? throw new InvalidOperationException($"{response.StatusCode}: the body is not JSON.");
    }

    public void Dispose() => _http.Dispose();
}
