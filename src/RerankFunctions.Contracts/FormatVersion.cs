using System.Text.Json;

namespace RerankFunctions.Contracts;

/// <summary>The version of a stored JSON object: its top-level member <c>v</c>.</summary>
public static class FormatVersion
{
    /// <summary>Reads the version without interpreting the other members, whose form a newer version may change.</summary>
    /// <returns>The version, or null when the text is not a JSON object with an integer <c>v</c>.</returns>
    public static int? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            int? version = null;
            var isObject = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
            while (isObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isVersion = reader.ValueTextEquals("v"u8);
                reader.Read();
                if (isVersion && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number))
                {
                    version = number;
                }

                reader.Skip();
            }

            // Reading on past the end throws when more text follows.
            return reader.TokenType == JsonTokenType.EndObject && !reader.Read() ? version : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second one: an escape in a name is half a surrogate pair.
            return null;
        }
    }
}
