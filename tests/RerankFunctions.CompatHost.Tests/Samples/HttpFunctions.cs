using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace RerankFunctions.CompatHost.Tests.Samples;

public sealed class HttpFunctions(Recorder recorder)
{
    /// <summary>Answers with what it was given.</summary>
    [Function("Echo")]
    public static async Task<IActionResult> Echo([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "echo")] HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        return new JsonSample(new
        {
            url = request.GetEncodedUrl(),
            method = request.Method,
            tag = request.Query["tag"].ToArray(),
            headers = request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
            body = await reader.ReadToEndAsync(),
        });
    }

    [Function("GetItem")]
    public static IActionResult GetItem([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "items/{id:int}")] HttpRequest request, int id) =>
        new TextSample("item " + id.ToString(CultureInfo.InvariantCulture));

    [Function("GetItemByName")]
    public static IActionResult GetItemByName(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "items/{name:alpha}")] HttpRequest request, string name) =>
        new TextSample("named " + name);

    [Function("DeleteItem")]
    public static IActionResult DeleteItem(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "items/{id:int}")] HttpRequest request, FunctionContext context) =>
        new TextSample("deleted " + context.BindingContext.BindingData["id"]);

    [Function("Guarded")]
    public static IActionResult Guarded([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request) => new TextSample("in");

    [Function("Throws")]
    public static IActionResult Throws([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) =>
        throw new InvalidOperationException("what must not be shown, at " + request.Path);

    /// <summary>Runs until it is told to stop, or for as long as the test says.</summary>
    [Function("Waits")]
    public async Task<IActionResult> Waits([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request, CancellationToken cancellationToken)
    {
        recorder.Record("waiting");
        await recorder.Behaviour(cancellationToken);
        return new TextSample("waited", () => recorder.Record("executed"));
    }

    /// <summary>Writes to the response itself, in two parts; the second when the test says.</summary>
    [Function("Streams")]
    public async Task<IActionResult> Streams([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request, CancellationToken cancellationToken)
    {
        var response = request.HttpContext.Response;
        response.ContentLength = "first second".Length;
        await response.WriteAsync("first ", cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
        await recorder.Behaviour(cancellationToken);
        await response.WriteAsync("second", cancellationToken);
        return new EmptyResult();
    }

    /// <summary>Answers with the number of bytes it could read, as it reads them, or with the status that reading failed with.</summary>
    [Function("Counts")]
    public async Task<IActionResult> Counts([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request)
    {
        var buffer = new byte[64 * 1024];
        var count = 0L;
        try
        {
            while (await request.Body.ReadAsync(buffer) is var read and > 0)
            {
                count += read;
                recorder.Record(count);
            }
        }
        catch (BadHttpRequestException exception)
        {
            return new TextSample("refused") { Status = exception.StatusCode };
        }

        return new TextSample(count.ToString(CultureInfo.InvariantCulture));
    }

    [Function("Switched")]
    public static IActionResult Switched([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => new TextSample("on");

    /// <summary>An answer, one message for each word, and one more message.</summary>
    [Function("Fan")]
    public static FanOutput Fan([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => new()
    {
        Answer = new TextSample("sent"),
        Words = request.Query["words"] is { Count: > 0 } words ? words.ToString().Split(' ') : null,
        Order = request.Query["order"] is { Count: > 0 } number ? new Order(int.Parse(number.ToString(), CultureInfo.InvariantCulture)) : null,
    };
}
