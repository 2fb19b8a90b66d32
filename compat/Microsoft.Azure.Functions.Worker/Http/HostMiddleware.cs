using Microsoft.AspNetCore.Http;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>What the Functions host does with every request before it reaches the worker.</summary>
internal sealed class HostMiddleware(RequestDelegate next, FunctionKey key)
{
    /// <summary>Larger bodies never reach a worker.</summary>
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

        // The host is a proxy: it replaces what a client sent in these headers.
        request.Headers["X-Forwarded-For"] = http.Connection.RemoteIpAddress?.ToString();
        request.Headers["X-Forwarded-Proto"] = request.Scheme;
        request.Headers["X-Forwarded-Host"] = request.Host.Value;
        http.Response.OnStarting(static state =>
        {
            // Answers go out in chunks, whatever length the worker declares.
            ((HttpResponse)state).ContentLength = null;
            return Task.CompletedTask;
        }, http.Response);
        return next(http);
    }
}
