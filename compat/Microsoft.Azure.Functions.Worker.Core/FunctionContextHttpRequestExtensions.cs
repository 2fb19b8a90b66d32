using Microsoft.Azure.Functions.Worker.Http;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Access to request and answer of an HTTP-triggered function.</summary>
public static class FunctionContextHttpRequestExtensions
{
    /// <summary>The request; null for other triggers.</summary>
    public static ValueTask<HttpRequestData?> GetHttpRequestDataAsync(this FunctionContext context) => new(InvocationState.Of(context).Request);

    /// <summary>The answer in what the function returned; null where there is none.</summary>
    public static HttpResponseData? GetHttpResponseData(this FunctionContext context)
    {
        var state = InvocationState.Of(context);
        return state.HttpAnswer(state.Returned);
    }
}
