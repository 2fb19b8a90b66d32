using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker.Invocations;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>Turns requests into invocations, and what they return into answers.</summary>
internal sealed partial class HttpInvocations(InvocationRunner runner, FunctionKey key, TimeProvider time, ILogger<HttpInvocations> logger)
{
    /// <summary>Azure's front end ends a request that has not been answered by then. The function runs on.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(230);

    public async Task HandleAsync(Function function, HttpContext http)
    {
        if (!key.Admits(http.Request, ((HttpTriggerAttribute)function.Trigger).AuthLevel))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        Task<HttpResponseData?>? running = null;
        HttpResponseData? answer;
        try
        {
            var input = await ReadAsync(http);
            running = runner.RunAsync(function, input, http.RequestAborted);
            answer = await running.WaitAsync(LongestAnswer, time, CancellationToken.None);
        }
        catch (BadHttpRequestException exception) when (running is null)
        {
            http.Response.StatusCode = exception.StatusCode;
            return;
        }
        catch (TimeoutException) when (running is { IsCompleted: false })
        {
            LogNoAnswer(function.Name, LongestAnswer);
            http.Response.StatusCode = StatusCodes.Status504GatewayTimeout;
            return;
        }
        catch (Exception)
        {
            // The runner has logged it.
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        await WriteAsync(answer, http);
    }

    private static async Task<TriggerInput> ReadAsync(HttpContext http)
    {
        var request = http.Request;
        var body = new MemoryStream();
        // The Functions host hands a body to the worker only if its length is announced: a chunked one arrives empty.
        if (request.ContentLength > 0)
        {
            await request.Body.CopyToAsync(body, http.RequestAborted);
            body.Position = 0;
        }

        return new TriggerInput(BindingData(request), context => new RequestData(context, request, body));
    }

    private static Dictionary<string, object?> BindingData(HttpRequest request)
    {
        var query = request.Query.ToDictionary(value => value.Key, value => string.Join(',', value.Value.AsEnumerable()));
        var headers = request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(',', header.Value.AsEnumerable()));
        var data = query.ToDictionary(value => value.Key, object? (value) => value.Value, StringComparer.OrdinalIgnoreCase);
        data["Query"] = JsonSerializer.Serialize(query);
        data["Headers"] = JsonSerializer.Serialize(headers);
        foreach (var (name, value) in request.RouteValues)
        {
            data[name] = value?.ToString();
        }

        return data;
    }

    private static async Task WriteAsync(HttpResponseData? answer, HttpContext http)
    {
        if (answer is null)
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers)
        {
            http.Response.Headers.Append(name, values.ToArray());
        }

        if (answer.Body.CanSeek)
        {
            answer.Body.Position = 0;
            if (answer.Body.Length == 0)
            {
                return;
            }

            http.Response.ContentLength = answer.Body.Length;
        }

        await answer.Body.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    [LoggerMessage(LogLevel.Warning, "Function {Function} has not answered within {Limit}; its caller gets 504.")]
    private partial void LogNoAnswer(string function, TimeSpan limit);
}
