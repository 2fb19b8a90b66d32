using System.Text.Json;

namespace RerankFunctions.Cli.Lines;

/// <summary>Fields that requests get which do not have them.</summary>
/// <param name="fields">Names with values as JSON.</param>
internal sealed class RequestDefaults(IReadOnlyList<KeyValuePair<string, string>> fields)
{
    /// <summary>The fields as a JSON object.</summary>
    public string Json { get; } = $"{{{string.Join(',', fields.Select(Member))}}}";

    /// <summary>Returns a request with the missing fields added; a text that is not an object is returned as it is.</summary>
    public ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> request)
    {
        if (fields.Count == 0 || ReadNames(request.Span, out var start) is not { } names)
        {
            return request;
        }

        var missing = fields.Where(field => !names.Contains(field.Key)).Select(Member).ToList();
        if (missing.Count == 0)
        {
            return request;
        }

        var added = System.Text.Encoding.UTF8.GetBytes(string.Join(',', missing) + (names.Count > 0 ? "," : ""));
        return (byte[])[.. request.Span[..start], .. added, .. request.Span[start..]];
    }

    private static string Member(KeyValuePair<string, string> field) => $"\"{field.Key}\":{field.Value}";

    /// <returns>The names of an object's members; null when the text is not a valid object.</returns>
    private static HashSet<string>? ReadNames(ReadOnlySpan<byte> request, out int start)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        start = 0;
        try
        {
            var reader = new Utf8JsonReader(request);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            start = (int)reader.BytesConsumed;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                names.Add(reader.GetString()!);
                reader.Skip();
            }

            return names;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Whoever reads the request says what is wrong with it.
            return null;
        }
    }
}
