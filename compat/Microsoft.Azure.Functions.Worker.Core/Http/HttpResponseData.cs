using System.Net;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>An HTTP answer.</summary>
/// <param name="functionContext">The invocation that answers.</param>
public abstract class HttpResponseData(FunctionContext functionContext)
{
    /// <summary>Status.</summary>
    public abstract HttpStatusCode StatusCode { get; set; }

    /// <summary>Headers.</summary>
    public abstract HttpHeadersCollection Headers { get; set; }

    /// <summary>Body, sent when the function has returned.</summary>
    public abstract Stream Body { get; set; }

    /// <summary>The invocation that answers.</summary>
    public FunctionContext FunctionContext { get; } = functionContext;

    /// <summary>An answer to a request.</summary>
    public static HttpResponseData CreateResponse(HttpRequestData request) => request.CreateResponse();
}
