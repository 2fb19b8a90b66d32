using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Unicode;

namespace RerankFunctions.Contracts;

/// <summary>Reads untrusted JSON: UTF-8 only, no comments, nothing after the end, no duplicate key at any depth, bounded nesting.</summary>
internal static class JsonBody
{
    private const int MaxDepth = 32;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <exception cref="ProblemException">415: the type is not JSON in UTF-8.</exception>
    public static void EnsureJson(string? contentType)
    {
        var isJson = MediaTypeHeaderValue.TryParse(contentType, out var type)
            && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
            && (type.CharSet is null || string.Equals(type.CharSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase));
        if (!isJson)
        {
            throw new ProblemException(Problem.UnsupportedMediaType());
        }
    }

    /// <exception cref="ProblemException">400: the message says what is wrong and where, and quotes nothing.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            throw new ProblemException(Problem.Malformed("malformed_json", "The body is empty; it must be JSON."));
        }

        if (!Utf8.IsValid(body.Span))
        {
            throw new ProblemException(Problem.Malformed("invalid_utf8", "The body is not valid UTF-8."));
        }

        try
        {
            return JsonDocument.Parse(body, Options);
        }
        catch (JsonException)
        {
            throw new ProblemException(Explain(body.Span));
        }
        catch (InvalidOperationException)
        {
            // The check for duplicate keys throws this on a key that it cannot decode.
            throw HalfSurrogate();
        }
    }

    /// <summary>Returns the text of a JSON string.</summary>
    /// <exception cref="ProblemException">400: an escape is half a surrogate pair, which is not valid Unicode.</exception>
    public static string ReadText(JsonElement element)
    {
        try
        {
            return element.GetString() ?? throw new ArgumentException("The element must be a string.", nameof(element));
        }
        catch (InvalidOperationException) when (element.ValueKind == JsonValueKind.String)
        {
            throw HalfSurrogate();
        }
    }

    private static ProblemException HalfSurrogate() => new(
        Problem.Malformed("invalid_escape", "The body is not valid JSON: a \\u escape is half a surrogate pair."));

    // The parser's messages quote the body, so a second pass finds the error.
    private static Problem Explain(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            while (reader.Read())
            {
                var opens = reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject;
                if (opens && reader.CurrentDepth >= MaxDepth)
                {
                    return Problem.Malformed("too_deep", FormattableString.Invariant($"The body is nested deeper than {MaxDepth} levels."));
                }
            }
        }
        catch (JsonException exception)
        {
            return Problem.Malformed(
                "malformed_json",
                FormattableString.Invariant($"The body is not valid JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}."));
        }

        return Problem.Malformed("duplicate_key", "The body is not valid JSON for this API: an object has a duplicate key.");
    }
}
