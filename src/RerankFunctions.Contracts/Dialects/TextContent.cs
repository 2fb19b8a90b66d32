using System.Buffers;
using System.Text;
using System.Text.Json;

namespace RerankFunctions.Contracts.Dialects;

/// <summary>
/// Reads the text of a query or document in the forms that clients send: a string, an object with <c>text</c>, parts of text, or an object with
/// them as <c>content</c>. The fields that <c>rank_fields</c> names make the text of an object, a line each.
/// </summary>
/// <param name="rankFields">Names of the fields; null for none.</param>
/// <param name="errors">Receives what is wrong.</param>
internal sealed class TextContent(IReadOnlyList<string>? rankFields, List<FieldError> errors)
{
    private const string Expected = "must be a string, or an object with a string as text or parts of text as content";
    private const int MaxParts = 1_000;
    private const string NoImages = "must be text; images and other media are not supported";

    /// <summary>Reads the value at the reader's position.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="path">JSON pointer to the value.</param>
    /// <param name="maxCharacters">Maximum length of the text.</param>
    /// <returns>The text; empty where there is an error.</returns>
    public string Read(ref Utf8JsonReader reader, string path, int maxCharacters)
    {
        var count = errors.Count;
        var text = reader.TokenType switch
        {
            JsonTokenType.String => JsonBody.ReadText(reader),
            JsonTokenType.StartObject => ReadObject(ref reader, path),
            JsonTokenType.StartArray => ReadParts(ref reader, path),
            _ => null,
        };
        if (text is null)
        {
            if (errors.Count == count)
            {
                errors.Add(new FieldError(path, Expected));
            }
        }
        else if (text.Length > maxCharacters)
        {
            errors.Add(new FieldError(path, RequestFields.TooLong(maxCharacters)));
        }

        return text ?? "";
    }

    private string? ReadObject(ref Utf8JsonReader reader, string path)
    {
        string? text = null;
        var hasMedia = false;
        var ranked = rankFields is null ? null : new string?[rankFields.Count];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = JsonBody.ReadText(reader);
            reader.Read();
            if (ranked is not null)
            {
                ReadRanked(ref reader, name, ranked);
            }
            else if (name == "text" && reader.TokenType == JsonTokenType.String)
            {
                text = JsonBody.ReadText(reader);
            }
            else if (name == "content" && reader.TokenType is JsonTokenType.String or JsonTokenType.StartArray)
            {
                // Read in any case: the reader has to pass it.
                var content = reader.TokenType == JsonTokenType.String ? JsonBody.ReadText(reader) : ReadParts(ref reader, $"{path}/content");
                text ??= content;
            }
            else
            {
                hasMedia |= reader.TokenType != JsonTokenType.Null && IsMedia(name);
                reader.Skip();
            }
        }

        if (ranked is not null)
        {
            return JoinRanked(ranked, path);
        }

        if (hasMedia)
        {
            errors.Add(new FieldError(path, NoImages));
        }

        return text;
    }

    private void ReadRanked(ref Utf8JsonReader reader, string name, string?[] ranked)
    {
        var value = reader.TokenType switch
        {
            JsonTokenType.String => JsonBody.ReadText(reader),
            JsonTokenType.Number => Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan),
            _ => null,
        };
        reader.Skip();
        for (var i = 0; i < ranked.Length; i++)
        {
            if (rankFields![i] == name)
            {
                ranked[i] = value;
            }
        }
    }

    private string? JoinRanked(string?[] ranked, string path)
    {
        var present = ranked.Where(value => value is not null).ToArray();
        if (present.Length > 0)
        {
            return string.Join('\n', present);
        }

        errors.Add(new FieldError(path, "must have a string in one of the rank_fields"));
        return null;
    }

    private string? ReadParts(ref Utf8JsonReader reader, string path)
    {
        var texts = new List<string>();
        var (count, errorsBefore) = (0, errors.Count);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            // One error is enough: a body has room for millions of parts.
            if (count++ >= MaxParts || errors.Count > errorsBefore)
            {
                reader.Skip();
            }
            else if (ReadPart(ref reader, FormattableString.Invariant($"{path}/{texts.Count}")) is { } part)
            {
                texts.Add(part);
            }
        }

        if (count > MaxParts && errors.Count == errorsBefore)
        {
            errors.Add(new FieldError(path, FormattableString.Invariant($"must not hold more than {MaxParts:N0} parts of text")));
        }

        return errors.Count > errorsBefore || count == 0 ? null : string.Join('\n', texts);
    }

    private string? ReadPart(ref Utf8JsonReader reader, string path)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return JsonBody.ReadText(reader);
        }

        string? text = null;
        var hasMedia = false;
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var name = JsonBody.ReadText(reader);
                reader.Read();
                if (name == "text" && reader.TokenType == JsonTokenType.String)
                {
                    text = JsonBody.ReadText(reader);
                }
                else
                {
                    hasMedia |= name == "type"
                        ? reader.TokenType != JsonTokenType.String || JsonBody.ReadText(reader) != "text"
                        : reader.TokenType != JsonTokenType.Null && IsMedia(name);
                    reader.Skip();
                }
            }
        }
        else
        {
            reader.Skip();
        }

        if (hasMedia || text is null)
        {
            errors.Add(new FieldError(path, hasMedia ? NoImages : "must be a string, or an object with a string as text"));
            return null;
        }

        return text;
    }

    private static bool IsMedia(string name) =>
        name.StartsWith("image", StringComparison.Ordinal)
        || name.StartsWith("video", StringComparison.Ordinal)
        || name.StartsWith("audio", StringComparison.Ordinal);
}
