using System.Text.Json;

namespace RerankFunctions.Contracts;

/// <summary>The metadata in a request's body. Keys are the client's text: errors number the entries instead of naming them.</summary>
internal sealed class RequestMetadata
{
    private const string Path = "/metadata";

    private readonly List<FieldError> _errors = [];

    private RequestMetadata()
    {
    }

    public Dictionary<string, string> Entries { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<FieldError> Errors => _errors;

    /// <summary>Reads the object at the reader's position.</summary>
    public static RequestMetadata Read(ref Utf8JsonReader reader, RequestLimits limits)
    {
        var metadata = new RequestMetadata();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            metadata._errors.Add(new FieldError(Path, "must be an object whose values are strings"));
            return metadata;
        }

        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (count++ < limits.MaxMetadataEntries)
            {
                metadata.ReadEntry(count, ref reader, limits);
            }
            else
            {
                reader.Skip();
            }
        }

        if (count > limits.MaxMetadataEntries)
        {
            metadata._errors.Clear();
            metadata._errors.Add(new FieldError(Path, FormattableString.Invariant($"must not hold more than {limits.MaxMetadataEntries} entries")));
        }

        return metadata;
    }

    private void ReadEntry(int number, ref Utf8JsonReader reader, RequestLimits limits)
    {
        var key = JsonBody.ReadText(reader);
        reader.Read();
        var value = reader.TokenType == JsonTokenType.String ? JsonBody.ReadText(reader) : null;
        reader.Skip();
        var (maxKey, maxValue) = (limits.MaxMetadataKeyCharacters, limits.MaxMetadataValueCharacters);
        if (value is null || value.Length > maxValue || key.Length > maxKey)
        {
            _errors.Add(new FieldError(Path, FormattableString.Invariant(
                $"entry {number} must have a key of at most {maxKey} characters and a string of at most {maxValue} characters")));
        }

        Entries[key] = value ?? "";
    }
}
