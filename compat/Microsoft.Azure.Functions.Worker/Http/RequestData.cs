using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>A request that Kestrel received.</summary>
internal sealed class RequestData(FunctionContext context, HttpRequest request, Stream body) : HttpRequestData(context)
{
    public override Stream Body { get; } = body;

    public override HttpHeadersCollection Headers { get; } = new(request.Headers.Select(header =>
        KeyValuePair.Create(header.Key.ToLowerInvariant(), string.Join(',', header.Value.AsEnumerable()))));

    public override Uri Url { get; } = new(request.GetEncodedUrl());

    public override string Method { get; } = request.Method;

    public override HttpResponseData CreateResponse() => new ResponseData(FunctionContext);
}
