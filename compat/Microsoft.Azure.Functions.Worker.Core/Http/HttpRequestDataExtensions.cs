using System.Net;
using System.Text;
using Azure.Core.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>Reading requests and starting answers.</summary>
public static class HttpRequestDataExtensions
{
    /// <summary>The body as text, UTF-8 unless said otherwise; null when there is no body.</summary>
    public static async Task<string?> ReadAsStringAsync(this HttpRequestData request, Encoding? encoding = null)
    {
        if (request.Body is not { Length: > 0 } body)
        {
            return null;
        }

        using var reader = new StreamReader(body, encoding ?? Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync(request.FunctionContext.CancellationToken);
    }

    /// <summary>The body read by the worker's serializer.</summary>
    public static ValueTask<T?> ReadFromJsonAsync<T>(this HttpRequestData request, CancellationToken cancellationToken = default) =>
        request.ReadFromJsonAsync<T>(request.FunctionContext.Serializer(), cancellationToken);

    /// <summary>The body read by a serializer.</summary>
    public static async ValueTask<T?> ReadFromJsonAsync<T>(
        this HttpRequestData request, ObjectSerializer serializer, CancellationToken cancellationToken = default) =>
        (T?)await serializer.DeserializeAsync(request.Body, typeof(T), cancellationToken);

    /// <summary>An answer with a status.</summary>
    public static HttpResponseData CreateResponse(this HttpRequestData request, HttpStatusCode statusCode)
    {
        var response = request.CreateResponse();
        response.StatusCode = statusCode;
        return response;
    }

    internal static ObjectSerializer Serializer(this FunctionContext context) =>
        context.InstanceServices.GetRequiredService<IOptions<WorkerOptions>>().Value.Serializer
        ?? throw new InvalidOperationException("WorkerOptions.Serializer is null.");
}
