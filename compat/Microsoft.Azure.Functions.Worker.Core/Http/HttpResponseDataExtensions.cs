using System.Text;
using Azure.Core.Serialization;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>Writing answers.</summary>
public static class HttpResponseDataExtensions
{
    /// <summary>Writes text, UTF-8 unless said otherwise.</summary>
    public static Task WriteStringAsync(this HttpResponseData response, string value, Encoding? encoding = null) =>
        response.WriteStringAsync(value, CancellationToken.None, encoding);

    /// <summary>Writes text, UTF-8 unless said otherwise.</summary>
    public static Task WriteStringAsync(
        this HttpResponseData response, string value, CancellationToken cancellationToken, Encoding? encoding = null) =>
        response.WriteBytesAsync((encoding ?? Encoding.UTF8).GetBytes(value), cancellationToken);

    /// <summary>Writes JSON and its content type with the worker's serializer.</summary>
    public static ValueTask WriteAsJsonAsync<T>(this HttpResponseData response, T instance, CancellationToken cancellationToken = default) =>
        response.WriteAsJsonAsync(instance, response.FunctionContext.Serializer(), cancellationToken);

    /// <summary>Writes JSON with the worker's serializer and a content type.</summary>
    public static ValueTask WriteAsJsonAsync<T>(
        this HttpResponseData response, T instance, string contentType, CancellationToken cancellationToken = default) =>
        response.WriteAsJsonAsync(instance, response.FunctionContext.Serializer(), contentType, cancellationToken);

    /// <summary>Writes JSON and its content type with a serializer.</summary>
    public static ValueTask WriteAsJsonAsync<T>(
        this HttpResponseData response, T instance, ObjectSerializer serializer, CancellationToken cancellationToken = default) =>
        response.WriteAsJsonAsync(instance, serializer, "application/json; charset=utf-8", cancellationToken);

    /// <summary>Writes JSON with a serializer and a content type.</summary>
    public static async ValueTask WriteAsJsonAsync<T>(
        this HttpResponseData response, T instance, ObjectSerializer serializer, string contentType, CancellationToken cancellationToken = default)
    {
        response.Headers.Remove("Content-Type");
        response.Headers.Add("Content-Type", contentType);
        await serializer.SerializeAsync(response.Body, instance, typeof(T), cancellationToken);
    }

    /// <summary>Writes bytes.</summary>
    public static Task WriteBytesAsync(this HttpResponseData response, byte[] value) => response.WriteBytesAsync(value, CancellationToken.None);

    /// <summary>Writes bytes.</summary>
    public static Task WriteBytesAsync(this HttpResponseData response, byte[] value, CancellationToken cancellationToken) =>
        response.Body.WriteAsync(value, cancellationToken).AsTask();
}
