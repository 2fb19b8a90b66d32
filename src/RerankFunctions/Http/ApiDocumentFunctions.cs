using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace RerankFunctions.Http;

/// <summary>The description of the HTTP API.</summary>
public static class ApiDocumentFunctions
{
    private static readonly Lazy<byte[]> Document = new(static () =>
    {
        using var stream = typeof(ApiDocumentFunctions).Assembly.GetManifestResourceStream("openapi.json")!;
        var document = new byte[stream.Length];
        stream.ReadExactly(document);
        return document;
    });

    /// <summary>Returns the OpenAPI document. It is the same in every deployment, so it needs no key.</summary>
    [Function("OpenApi")]
    public static IActionResult Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest request) => new DocumentAnswer();

    private sealed class DocumentAnswer : IActionResult
    {
        public async Task ExecuteResultAsync(ActionContext context)
        {
            var response = context.HttpContext.Response;
            response.ContentType = "application/json; charset=utf-8";
            response.ContentLength = Document.Value.Length;
            // Not cancelled when the client leaves: the server drops what is written then, and nothing fails.
            await response.Body.WriteAsync(Document.Value, CancellationToken.None);
        }
    }
}
