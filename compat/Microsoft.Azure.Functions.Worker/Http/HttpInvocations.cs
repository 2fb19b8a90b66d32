using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Azure.Functions.Worker.Invocations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>Turns requests into invocations.</summary>
internal sealed partial class HttpInvocations(
    InvocationRunner runner,
    FunctionKey key,
    IOptions<KestrelServerOptions> kestrel,
    TimeProvider time,
    ILogger<HttpInvocations> logger)
{
    /// <summary>Azure's front end answers 504 to a request without an answer by then. The function runs on.</summary>
    private static readonly TimeSpan MaxAnswerTime = TimeSpan.FromSeconds(230);

    public async Task HandleAsync(Function function, HttpContext http)
    {
        if (!key.Admits(http.Request, ((HttpTriggerAttribute)function.Trigger).AuthLevel))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        ApplyWorkerLimits(http);
        var input = new TriggerInput(BindingData(http.Request), null, http);
        var running = runner.RunAsync(function, input, http.RequestAborted);
        try
        {
            await running.WaitAsync(MaxAnswerTime, time, CancellationToken.None);
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            LogNoAnswer(function.Name, MaxAnswerTime);
            await EndAsync(http, StatusCodes.Status504GatewayTimeout);
            // The function still holds the request.
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception)
        {
            // The runner has logged it.
            await EndAsync(http, StatusCodes.Status500InternalServerError);
        }
    }

    /// <summary>In Azure the worker has a Kestrel of its own, behind the host's: the limits that the app configures hold for its requests.</summary>
    private void ApplyWorkerLimits(HttpContext http)
    {
        var limits = kestrel.Value.Limits;
        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = limits.MaxRequestBodySize;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = limits.MinRequestBodyDataRate;
        }
    }

    /// <summary>Ends an answer in place of the function, which may still run: it must not write, and the connection must not be used again.</summary>
    private static async Task EndAsync(HttpContext http, int status)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        http.RequestAborted = new CancellationToken(canceled: true);
        http.Response.Clear();
        http.Response.StatusCode = status;
        http.Response.Headers.Connection = "close";
        await http.Response.CompleteAsync();
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

    [LoggerMessage(LogLevel.Warning, "Function {Function} has not answered within {Limit}; its caller gets 504.")]
    private partial void LogNoAnswer(string function, TimeSpan limit);
}
