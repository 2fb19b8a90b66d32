using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RerankFunctions.Cli.Outcomes;

namespace RerankFunctions.Cli.Service;

/// <summary>An answer of a service.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The body.</param>
/// <param name="RetryAfter">When the service wants to be asked again; null if it does not say.</param>
internal sealed record ServiceAnswer(int Status, byte[] Body, TimeSpan? RetryAfter)
{
    private const int MaxMessageCharacters = 500;

    /// <summary>Whether the request was accepted.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Whether another try may succeed.</summary>
    public bool IsTransient => Status is 408 or 429 or 502 or 503 or 504;

    /// <summary>Reads the body.</summary>
    /// <exception cref="CliException">The body is not what the route answers.</exception>
    public T Read<T>(JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(Body, type) ?? throw new JsonException();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new CliException(ExitCodes.Unavailable, "The server's answer is not that of a rerank service. Check the address.");
        }
    }

    /// <summary>Fails unless the request was accepted.</summary>
    /// <exception cref="CliException">With the status and the service's own message.</exception>
    public void EnsureSuccess()
    {
        if (!IsSuccess)
        {
            throw ToException();
        }
    }

    /// <summary>Creates the error of an answer that ends the command.</summary>
    public CliException ToException()
    {
        var (code, verb) = Status >= 500 ? (ExitCodes.Unavailable, "failed") : (ExitCodes.Refused, "refused the request");
        var hint = Status switch
        {
            401 or 403 => "Give a function key with --key or RERANK_KEY.",
            >= 300 and < 400 => "Redirects are not followed, because they would carry the key: give the final address.",
            _ => "",
        };
        var parts = new[] { $"The service {verb} with status {Status}{(ReadError() is { } error ? $": {error.Message}" : ".")}", hint };
        return new CliException(code, string.Join(' ', parts.Where(part => part.Length > 0)));
    }

    /// <summary>Reads code and message of an error document; null when the body is none.</summary>
    public (string? Code, string Message)? ReadError()
    {
        try
        {
            using var json = JsonDocument.Parse(Body);
            var root = json.RootElement;
            var message = TextOf(root, "detail") ?? TextOf(root, "message") ?? TextOf(root, "error")
                ?? (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error) ? TextOf(error, "message") : null);
            return message is null ? null : (TextOf(root, "code"), SafeText.Line(message, MaxMessageCharacters));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
