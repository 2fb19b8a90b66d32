using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Access to the request of an HTTP-triggered function.</summary>
public static class FunctionContextExtensions
{
    /// <summary>Returns the HTTP context of the request; null for other triggers.</summary>
    public static HttpContext? GetHttpContext(this FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Items.TryGetValue(AspNetCoreIntegration.HttpContextKey, out var value) ? value as HttpContext : null;
    }
}
