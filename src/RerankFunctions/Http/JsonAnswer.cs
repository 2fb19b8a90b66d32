using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using RerankFunctions.Contracts;
using RerankFunctions.Contracts.Dialects;

namespace RerankFunctions.Http;

/// <summary>An answer that is sent while it is serialized.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="value">Body.</param>
/// <param name="type">How the body is written.</param>
internal sealed class JsonAnswer<T>(int status, T value, JsonTypeInfo<T> type) : IStatusCodeActionResult
{
    public int? StatusCode => status;

    public string ContentType { get; init; } = "application/json; charset=utf-8";

    /// <summary>Value of the Location header; null for none.</summary>
    public string? Location { get; init; }

    /// <summary>Seconds after which the client should ask again; null where it need not.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Value of the Preference-Applied header (RFC 7240); null for none.</summary>
    public string? PreferenceApplied { get; init; }

    /// <summary>Whether the request may have been refused before its body was read.</summary>
    public bool IsRefusal { get; init; }

    public async Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        if (RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (PreferenceApplied is not null)
        {
            response.Headers["Preference-Applied"] = PreferenceApplied;
        }

        if (status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        // Not cancelled when the client leaves: the server drops what is written then, and nothing fails.
        await JsonSerializer.SerializeAsync(response.Body, value, type, CancellationToken.None);
        if (IsRefusal)
        {
            await response.CompleteAsync();
            await RequestBody.SkipRestAsync(context.HttpContext.Request);
        }
    }
}

/// <summary>Creates answers.</summary>
internal static class JsonAnswer
{
    /// <summary>Seconds after which a client should ask again.</summary>
    public const int RetryAfterSeconds = 1;

    /// <summary>Creates an error answer.</summary>
    /// <param name="problem">The error.</param>
    /// <param name="dialect">The contract that the client follows.</param>
    public static IActionResult Of(Problem problem, Dialect dialect = Dialect.Cohere) => dialect == Dialect.TextEmbeddingsInference
        ? OfError(problem.Status, new TextEmbeddingsInferenceProblem(problem), DialectJson.Wire.TextEmbeddingsInferenceProblem)
        : OfError(problem.Status, problem, ContractsJson.Wire.Problem);

    private static JsonAnswer<T> OfError<T>(int status, T problem, JsonTypeInfo<T> type) => new(status, problem, type)
    {
        ContentType = "application/problem+json",
        IsRefusal = true,
        RetryAfter = status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable ? RetryAfterSeconds : null,
    };
}
