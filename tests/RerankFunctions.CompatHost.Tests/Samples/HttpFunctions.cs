using System.Globalization;
using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace RerankFunctions.CompatHost.Tests.Samples;

public sealed class HttpFunctions(Recorder recorder)
{
    /// <summary>Answers with what it was given.</summary>
    [Function("Echo")]
    public static async Task<HttpResponseData> Echo([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "echo")] HttpRequestData request)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        await response.WriteAsJsonAsync(new
        {
            url = request.Url.ToString(),
            method = request.Method,
            tag = request.Query["tag"],
            header = request.Headers.TryGetValues("X-Tag", out var tags) ? tags.ToArray() : [],
            names = request.Headers.Select(header => header.Key).ToArray(),
            body = await request.ReadAsStringAsync(),
        });
        return response;
    }

    [Function("GetItem")]
    public static Task<HttpResponseData> GetItem(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "items/{id:int}")] HttpRequestData request, int id) =>
        TextAsync(request, "item " + id.ToString(CultureInfo.InvariantCulture));

    [Function("GetItemByName")]
    public static Task<HttpResponseData> GetItemByName(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "items/{name:alpha}")] HttpRequestData request, string name) =>
        TextAsync(request, "named " + name);

    [Function("DeleteItem")]
    public static Task<HttpResponseData> DeleteItem(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "items/{id:int}")] HttpRequestData request, FunctionContext context) =>
        TextAsync(request, "deleted " + context.BindingContext.BindingData["id"]);

    [Function("Guarded")]
    public static Task<HttpResponseData> Guarded([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequestData request) =>
        TextAsync(request, "in");

    [Function("Throws")]
    public static HttpResponseData Throws([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request) =>
        throw new InvalidOperationException("what must not be shown, at " + request.Url);

    /// <summary>Runs until it is told to stop, or for as long as the test says.</summary>
    [Function("Waits")]
    public async Task<HttpResponseData> Waits(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequestData request, CancellationToken cancellationToken)
    {
        recorder.Record("waiting");
        await recorder.Behaviour(cancellationToken);
        return await TextAsync(request, "waited");
    }

    [Function("Switched")]
    public static Task<HttpResponseData> Switched([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequestData request) =>
        TextAsync(request, "on");

    /// <summary>An answer, one message for each word, and one more message.</summary>
    [Function("Fan")]
    public static async Task<FanOutput> Fan([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequestData request) => new()
    {
        Answer = await TextAsync(request, "sent"),
        Words = request.Query["words"]?.Split(' '),
        Order = request.Query["order"] is { } number ? new Order(int.Parse(number, CultureInfo.InvariantCulture)) : null,
    };

    private static async Task<HttpResponseData> TextAsync(HttpRequestData request, string text)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.Headers.Add("Content-Type", "text/plain; charset=utf-8");
        await response.WriteStringAsync(text);
        return response;
    }
}
