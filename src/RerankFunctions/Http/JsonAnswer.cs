using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using RerankFunctions.Contracts;

namespace RerankFunctions.Http;

/// <summary>An answer that is sent while it is serialized.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="value">Body.</param>
/// <param name="type">How the body is written.</param>
internal sealed class JsonAnswer<T>(int status, T value, JsonTypeInfo<T> type) : IActionResult
{
    public string ContentType { get; init; } = "application/json; charset=utf-8";

    /// <summary>Value of the Location header; null for none.</summary>
    public string? Location { get; init; }

    /// <summary>Seconds after which the client should ask again; null where it need not.</summary>
    public int? RetryAfter { get; init; }

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
    public static IActionResult Of(Problem problem) => new JsonAnswer<Problem>(problem.Status, problem, ContractsJson.Wire.Problem)
    {
        ContentType = "application/problem+json",
        IsRefusal = true,
        RetryAfter = problem.Status == StatusCodes.Status503ServiceUnavailable ? RetryAfterSeconds : null,
    };
}
