using System.Text.Json;

namespace RerankFunctions.Contracts;

/// <summary>A list of documents in a request's body, with the errors found in it.</summary>
internal sealed class RequestDocuments
{
    private readonly List<string> _texts = [];
    private readonly List<FieldError> _errors = [];

    private RequestDocuments(string path) => Path = path;

    /// <summary>JSON pointer to the list.</summary>
    public string Path { get; }

    public IReadOnlyList<string> Texts => _texts;

    public IReadOnlyList<FieldError> Errors => _errors;

    /// <summary>Reads the list at the reader's position. It skips what exceeds the limit.</summary>
    public static RequestDocuments Read(string name, ref Utf8JsonReader reader, RequestLimits limits)
    {
        var documents = new RequestDocuments($"/{name}");
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            documents._errors.Add(new FieldError(documents.Path, "must be an array of strings, or of objects with a string as text"));
            return documents;
        }

        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count++ < limits.MaxDocuments)
            {
                documents.ReadDocument(ref reader, limits.MaxDocumentCharacters);
            }
            else
            {
                reader.Skip();
            }
        }

        if (count == 0 || count > limits.MaxDocuments)
        {
            documents._errors.Clear();
            documents._errors.Add(new FieldError(
                documents.Path, FormattableString.Invariant($"must hold from 1 to {limits.MaxDocuments:N0} documents")));
        }

        return documents;
    }

    private void ReadDocument(ref Utf8JsonReader reader, int maxCharacters)
    {
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        var path = FormattableString.Invariant($"{Path}/{_texts.Count}") + (isObject ? "/text" : "");
        var text = isObject ? ReadTextOfObject(ref reader) : ReadString(ref reader);
        if (text is null)
        {
            _errors.Add(new FieldError(path, isObject ? "must be a string" : "must be a string, or an object with a string as text"));
        }
        else if (text.Length > maxCharacters)
        {
            _errors.Add(new FieldError(path, RequestFields.TooLong(maxCharacters)));
        }

        _texts.Add(text ?? "");
    }

    private static string? ReadTextOfObject(ref Utf8JsonReader reader)
    {
        string? text = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isText = reader.ValueTextEquals("text"u8);
            reader.Read();
            if (isText)
            {
                text = ReadString(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return text;
    }

    private static string? ReadString(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return JsonBody.ReadText(reader);
        }

        reader.Skip();
        return null;
    }
}
