using System.Buffers;
using System.Text.Json;

namespace RerankFunctions.Contracts.Dialects;

/// <summary>
/// The fields of a client's body. Unknown fields are ignored, and null is the same as absent. Of texts it keeps where they begin: how they are read depends on
/// fields that may follow.
/// </summary>
internal sealed class DialectBody
{
    private readonly ReadOnlySequence<byte> _body;
    private readonly Dictionary<string, long> _offsets = new(StringComparer.Ordinal);

    private DialectBody(ReadOnlySequence<byte> body) => _body = body;

    /// <summary>The scalar fields, and all errors.</summary>
    public RequestFields Fields { get; } = new(takesTextFlags: true);

    /// <summary>Reads a body.</summary>
    /// <exception cref="ProblemException">400, 413, 415, or 422 where the body is no object.</exception>
    public static DialectBody Read(string? contentType, ReadOnlySequence<byte> body, int maxBytes)
    {
        var read = new DialectBody(body);
        var reader = JsonBody.OpenObject(contentType, body, maxBytes);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonBody.ReadText(reader);
            reader.Read();
            switch (name)
            {
                case "model" or "instruction" or "instruct" or "callback_url" or "truncation_direction" or "truncation_side" or "long_documents":
                case "top_n" or "top_k" or "max_tokens_per_doc" or "priority" or "timeout_seconds" or "label_token_ids":
                case "return_documents" or "return_text" or "return_input" or "raw_scores" or "use_activation" or "activation" or "softmax":
                case "truncate" or "truncation":
                    read.Fields.Read(name, ref reader);
                    break;
                case "query" or "documents" or "texts" or "input" or "passages" or "rank_fields" or "chat_template_kwargs":
                case "queries" or "items" or "data_1" or "data_2" or "text_1" or "text_2":
                    if (reader.TokenType != JsonTokenType.Null)
                    {
                        read._offsets.Add(name, reader.TokenStartIndex);
                    }

                    reader.Skip();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return read;
    }

    /// <summary>Returns whether the body has a field of texts.</summary>
    public bool Has(string name) => _offsets.ContainsKey(name);

    /// <summary>Reads a field that is one text; reports a missing one.</summary>
    public string ReadText(string name, int maxCharacters)
    {
        if (!Has(name))
        {
            Fields.Report($"/{name}", "is required");
            return "";
        }

        var errors = new List<FieldError>();
        var reader = OpenValue(name);
        var text = new TextContent(rankFields: null, errors).Read(ref reader, $"/{name}", maxCharacters);
        if (errors.Count == 0 && string.IsNullOrWhiteSpace(text))
        {
            errors.Add(new FieldError($"/{name}", "must not be empty or blank"));
        }

        Fields.Report(errors);
        return text;
    }

    /// <summary>Reads a field that is a list of texts, or one text.</summary>
    public IReadOnlyList<string> ReadTexts(string name, int maxTexts, int maxCharacters)
    {
        var list = TextList.Read(_body, _offsets[name], name, maxTexts, maxCharacters, ReadRankFields());
        Fields.Report(list.Errors);
        return list.Texts;
    }

    /// <summary>Returns the instruction: the most specific of the names that clients use.</summary>
    public string? ReadInstruction(int maxCharacters)
    {
        var instruct = Fields.Text("instruct", maxCharacters);
        var instruction = Fields.Text("instruction", maxCharacters);
        return ReadTemplateInstruction(maxCharacters) ?? instruction ?? instruct;
    }

    private string? ReadTemplateInstruction(int maxCharacters)
    {
        const string Path = "/chat_template_kwargs/instruction";
        if (!Has("chat_template_kwargs"))
        {
            return null;
        }

        var reader = OpenValue("chat_template_kwargs");
        string? text = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            Fields.Report("/chat_template_kwargs", "must be an object");
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isInstruction = reader.ValueTextEquals("instruction"u8);
            reader.Read();
            if (isInstruction && reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
            {
                Fields.Report(Path, "must be a string");
            }

            text = isInstruction && reader.TokenType == JsonTokenType.String ? JsonBody.ReadText(reader) : text;
            reader.Skip();
        }

        if (text?.Length > maxCharacters)
        {
            Fields.Report(Path, RequestFields.TooLong(maxCharacters));
        }

        return text;
    }

    private List<string>? ReadRankFields()
    {
        const int MaxFields = 32;
        if (!Has("rank_fields"))
        {
            return null;
        }

        var reader = OpenValue("rank_fields");
        var names = new List<string>();
        var isValid = reader.TokenType == JsonTokenType.StartArray;
        while (isValid && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            isValid = reader.TokenType == JsonTokenType.String && names.Count < MaxFields;
            if (isValid)
            {
                names.Add(JsonBody.ReadText(reader));
            }
        }

        if (!isValid)
        {
            Fields.Report("/rank_fields", FormattableString.Invariant($"must be an array of at most {MaxFields} strings"));
        }

        // An empty list is what clients send for "not set".
        return isValid && names.Count > 0 ? names : null;
    }

    private Utf8JsonReader OpenValue(string name)
    {
        var reader = JsonBody.CreateReader(_body.Slice(_offsets[name]));
        reader.Read();
        return reader;
    }
}
