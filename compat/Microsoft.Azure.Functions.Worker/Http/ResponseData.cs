using System.Net;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>An answer that is kept in memory until the function has returned.</summary>
internal sealed class ResponseData(FunctionContext context) : HttpResponseData(context)
{
    public override HttpStatusCode StatusCode { get; set; } = HttpStatusCode.OK;

    public override HttpHeadersCollection Headers { get; set; } = [];

    public override Stream Body { get; set; } = new MemoryStream();
}
