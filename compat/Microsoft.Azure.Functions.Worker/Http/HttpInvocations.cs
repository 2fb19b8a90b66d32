using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Azure.Functions.Worker.Invocations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>Invokes functions for requests.</summary>
internal sealed partial class HttpInvocations(
    InvocationRunner runner,
    FunctionKey key,
    IOptions<KestrelServerOptions> kestrel,
    TimeProvider time,
    ILogger<HttpInvocations> logger)
{
    /// <summary>Maximum time to a response. Then the front end of Azure sends 504, and the function goes on.</summary>
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

    /// <summary>Applies the limits that the app configures. In Azure, the worker runs its own Kestrel behind the host, with these limits.</summary>
    private void ApplyWorkerLimits(HttpContext http)
    {
        var limits = kestrel.Value.Limits;
        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = limits.MaxRequestBodySize;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = limits.MinRequestBodyDataRate;
        }
    }

    /// <summary>Sends the response in place of the function. The function may still run, so it cannot write any more, and the connection is closed.</summary>
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

    [LoggerMessage(LogLevel.Warning, "Function {Function} has not responded within {Limit}; the client gets 504.")]
    private partial void LogNoAnswer(string function, TimeSpan limit);
}
