using System.Buffers;
using System.Text.Json;

namespace RerankFunctions.Contracts.Dialects;

/// <summary>A list of texts in a client's body, with the errors found in it. A single text counts as a list of one.</summary>
internal sealed class TextList
{
    private readonly List<string> _texts = [];
    private readonly List<FieldError> _errors = [];

    private TextList()
    {
    }

    public IReadOnlyList<string> Texts => _texts;

    public IReadOnlyList<FieldError> Errors => _errors;

    /// <summary>Reads the list that begins at an offset of a checked body. It skips what exceeds the limit.</summary>
    /// <param name="body">The body.</param>
    /// <param name="offset">Where the value begins.</param>
    /// <param name="name">Name of the field.</param>
    /// <param name="maxTexts">Maximum number of texts.</param>
    /// <param name="maxCharacters">Maximum length of a text.</param>
    /// <param name="rankFields">The request's <c>rank_fields</c>; null for none.</param>
    public static TextList Read(
        ReadOnlySequence<byte> body, long offset, string name, int maxTexts, int maxCharacters, IReadOnlyList<string>? rankFields = null)
    {
        var list = new TextList();
        var content = new TextContent(rankFields, list._errors);
        var reader = JsonBody.CreateReader(body.Slice(offset));
        reader.Read();
        if (reader.TokenType is JsonTokenType.String or JsonTokenType.StartObject)
        {
            list._texts.Add(content.Read(ref reader, $"/{name}", maxCharacters));
            return list;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            list._errors.Add(new FieldError($"/{name}", "must be an array of strings, or of objects with a string as text"));
            return list;
        }

        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count < maxTexts)
            {
                list._texts.Add(content.Read(ref reader, FormattableString.Invariant($"/{name}/{count}"), maxCharacters));
            }
            else
            {
                reader.Skip();
            }

            count++;
        }

        if (count == 0 || count > maxTexts)
        {
            list._errors.Clear();
            list._errors.Add(new FieldError($"/{name}", FormattableString.Invariant($"must hold from 1 to {maxTexts:N0} texts")));
        }

        return list;
    }
}
