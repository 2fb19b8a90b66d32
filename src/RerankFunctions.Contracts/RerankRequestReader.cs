using System.Buffers;
using System.Text.Json;

namespace RerankFunctions.Contracts;

/// <summary>Reads and validates the body of <c>POST /v1/jobs</c>. Its errors name every invalid field.</summary>
/// <param name="limits">Limits of a request.</param>
/// <param name="models">The models that this deployment serves.</param>
/// <param name="callbacks">Which addresses may receive callbacks.</param>
public sealed class RerankRequestReader(RequestLimits limits, ServedModels models, CallbackRule callbacks)
{
    /// <summary>Reads a body that lies in one piece.</summary>
    /// <inheritdoc cref="Read(string, ReadOnlySequence{byte})"/>
    public RerankRequest Read(string? contentType, ReadOnlyMemory<byte> body) => Read(contentType, new ReadOnlySequence<byte>(body));

    /// <summary>
    /// Reads a body. It ignores unknown fields and treats null fields as absent. Beside the body, it needs memory for the texts of the
    /// request only: two bytes for each character.
    /// </summary>
    /// <param name="contentType">The request's Content-Type header.</param>
    /// <param name="body">The request's body, bounded by <see cref="RequestLimits.MaxBodyBytes"/> when it was read.</param>
    /// <exception cref="ProblemException">400, 413, 415 or 422.</exception>
    public RerankRequest Read(string? contentType, ReadOnlySequence<byte> body) =>
        Read(JsonBody.OpenObject(contentType, body, limits.MaxBodyBytes));

    /// <summary>Reads a request that is a part of a checked body.</summary>
    /// <exception cref="ProblemException">400 or 422.</exception>
    internal RerankRequest ReadChecked(ReadOnlyMemory<byte> request) => Read(JsonBody.OpenChecked(new ReadOnlySequence<byte>(request)));

    private RerankRequest Read(Utf8JsonReader reader)
    {
        var fields = new RequestFields();
        var documents = new List<RequestDocuments>();
        RequestMetadata? metadata = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonBody.ReadText(reader);
            reader.Read();
            switch (name)
            {
                case "documents" or "texts" or "passages" or "metadata" when reader.TokenType == JsonTokenType.Null:
                    break;
                case "documents" or "texts" or "passages":
                    documents.Add(RequestDocuments.Read(name, ref reader, limits));
                    break;
                case "metadata":
                    metadata = RequestMetadata.Read(ref reader, limits);
                    break;
                case "model" or "query" or "instruction" or "callback_url" or "long_documents":
                case "top_n" or "max_tokens_per_doc" or "priority" or "timeout_seconds" or "return_documents" or "raw_scores":
                    fields.Read(name, ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return Validate(fields, documents, metadata);
    }

    private RerankRequest Validate(RequestFields fields, List<RequestDocuments> documents, RequestMetadata? metadata)
    {
        var request = new RerankRequest
        {
            Model = ReadModel(fields),
            Query = ReadQuery(fields),
            Documents = ReadDocuments(fields, documents),
            TopN = fields.Integer("top_n", 1, int.MaxValue),
            ReturnDocuments = fields.Flag("return_documents"),
            MaxTokensPerDoc = fields.Integer("max_tokens_per_doc", 1, int.MaxValue),
            LongDocuments = LongDocumentsField.Read(fields),
            Instruction = fields.Text("instruction", limits.MaxInstructionCharacters),
            RawScores = fields.Flag("raw_scores"),
            Priority = fields.Integer("priority", 0, RequestLimits.MaxPriority),
            TimeoutSeconds = fields.Integer("timeout_seconds", 1, RequestLimits.MaxTimeoutSeconds),
            CallbackUrl = ReadCallbackUrl(fields),
            Metadata = metadata?.Entries,
        };
        fields.Report(metadata?.Errors ?? []);
        return fields.Errors.Count == 0 ? request : throw new ProblemException(Problem.InvalidFields(fields.Errors));
    }

    private string ReadModel(RequestFields fields)
    {
        if (models.Resolve(fields.Text("model", int.MaxValue)) is { } name)
        {
            return name;
        }

        fields.Report("/model", models.Refusal);
        return models.Default;
    }

    private Uri? ReadCallbackUrl(RequestFields fields)
    {
        if (fields.Text("callback_url", int.MaxValue) is not { } address)
        {
            return null;
        }

        if (callbacks.FindFault(address) is { } fault)
        {
            fields.Report("/callback_url", fault);
            return null;
        }

        return new Uri(address);
    }

    private string ReadQuery(RequestFields fields)
    {
        if (!fields.Has("query"))
        {
            fields.Report("/query", "is required");
            return "";
        }

        var query = fields.Text("query", limits.MaxQueryCharacters);
        if (query is not null && string.IsNullOrWhiteSpace(query))
        {
            fields.Report("/query", "must not be empty or blank");
        }

        return query ?? "";
    }

    private static IReadOnlyList<string> ReadDocuments(RequestFields fields, List<RequestDocuments> documents)
    {
        switch (documents)
        {
            case []:
                fields.Report("/documents", "is required");
                return [];
            case [var only]:
                fields.Report(only.Errors);
                return only.Texts;
            default:
                fields.Report(documents[^1].Path, $"must not be given together with {documents[0].Path[1..]}");
                return [];
        }
    }
}
