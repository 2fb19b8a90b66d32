using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using RerankFunctions.Contracts;

namespace RerankFunctions.Http;

/// <summary>Reads headers of requests.</summary>
internal static class RequestHeaders
{
    private const int MaxKeyCharacters = 255;

    /// <summary>Returns the idempotency key; null for none.</summary>
    /// <exception cref="ProblemException">400: it is blank or too long.</exception>
    public static string? ReadIdempotencyKey(HttpRequest request)
    {
        var values = request.Headers["Idempotency-Key"];
        var key = values.Count == 0 ? null : values.ToString();
        return key is null || (key.Length <= MaxKeyCharacters && !string.IsNullOrWhiteSpace(key))
            ? key
            : throw new ProblemException(Problem.Malformed(
                "invalid_idempotency_key", $"Idempotency-Key must have from 1 to {MaxKeyCharacters} characters."));
    }

    /// <summary>Returns the client's W3C trace context. The host hands on none unless its telemetry is on.</summary>
    public static string? FindTraceParent(HttpRequest request, FunctionContext context) =>
        context.TraceContext.TraceParent is { Length: > 0 } traceParent ? traceParent : request.Headers.TraceParent.ToString();
}
