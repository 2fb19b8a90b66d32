using System.Collections.Specialized;
using System.Web;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>An HTTP request.</summary>
/// <param name="functionContext">The invocation it started.</param>
public abstract class HttpRequestData(FunctionContext functionContext)
{
    private NameValueCollection? _query;

    /// <summary>The body; empty when there is none.</summary>
    public abstract Stream Body { get; }

    /// <summary>The headers: names in lower case, several values of one name joined by a comma.</summary>
    public abstract HttpHeadersCollection Headers { get; }

    /// <summary>The full URL.</summary>
    public abstract Uri Url { get; }

    /// <summary>The method.</summary>
    public abstract string Method { get; }

    /// <summary>The invocation it started.</summary>
    public FunctionContext FunctionContext { get; } = functionContext;

    /// <summary>The query of <see cref="Url"/>; several values of one name are joined by a comma.</summary>
    public virtual NameValueCollection Query => _query ??= HttpUtility.ParseQueryString(Url.Query);

    /// <summary>An answer to this request.</summary>
    public abstract HttpResponseData CreateResponse();
}
