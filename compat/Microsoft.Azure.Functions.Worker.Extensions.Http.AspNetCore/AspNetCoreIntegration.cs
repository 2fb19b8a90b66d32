using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker.Invocations;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore;

/// <summary>The outermost middleware, which passes the request to the function and executes the result.</summary>
internal static class AspNetCoreIntegration
{
    /// <summary>Key of <see cref="FunctionContext.Items"/> that holds the <see cref="HttpContext"/>.</summary>
    public const string HttpContextKey = "HttpRequestContext";

    public static async Task InvokeAsync(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.Features.Get<HttpContext>() is not { } http)
        {
            await next(context);
            return;
        }

        var invocation = (Invocation)context;
        invocation.Items[HttpContextKey] = http;
        invocation.TriggerValue = http.Request;
        http.RequestServices = context.InstanceServices;
        await next(context);

        var result = invocation.Function.HttpAnswer(context.GetInvocationResult().Value);
        if (result is not null && !http.RequestAborted.IsCancellationRequested)
        {
            await result.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), new ActionDescriptor()));
        }
    }
}
