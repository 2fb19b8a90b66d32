using Microsoft.AspNetCore.Http;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>Handles every request as the Functions host does before it forwards the request to the worker.</summary>
internal sealed class HostMiddleware(RequestDelegate next, FunctionKey key)
{
    /// <summary>Maximum size of a body that reaches a worker.</summary>
    private const long MaxBodyBytes = 100 * 1024 * 1024;

    public Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        if (request.ContentLength > MaxBodyBytes)
        {
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            http.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        }

        if (request.Path.StartsWithSegments("/admin", StringComparison.OrdinalIgnoreCase) && !key.Admits(request, AuthorizationLevel.Admin))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        // The host is a proxy and replaces these headers of the client.
        request.Headers["X-Forwarded-For"] = http.Connection.RemoteIpAddress?.ToString();
        request.Headers["X-Forwarded-Proto"] = request.Scheme;
        request.Headers["X-Forwarded-Host"] = request.Host.Value;
        http.Response.OnStarting(static state =>
        {
            // The host sends responses in chunks, even if the worker declares a length.
            ((HttpResponse)state).ContentLength = null;
            return Task.CompletedTask;
        }, http.Response);
        return next(http);
    }
}
