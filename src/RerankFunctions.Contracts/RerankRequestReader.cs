using System.Text.Json;

namespace RerankFunctions.Contracts;

/// <summary>Reads and validates the body of <c>POST /v1/jobs</c>. Its errors name every invalid field.</summary>
/// <param name="limits">Limits of a request.</param>
/// <param name="servedModel">Name of the model that this deployment serves.</param>
public sealed class RerankRequestReader(RequestLimits limits, string servedModel)
{
    private const int MaxPriority = 999;
    private const string DefaultModel = "default";

    private static readonly string[] DocumentNames = ["documents", "texts", "passages"];

    /// <summary>Reads a body. It ignores unknown fields and treats null fields as absent.</summary>
    /// <param name="contentType">The request's Content-Type header.</param>
    /// <param name="body">The request's body, bounded by <see cref="RequestLimits.MaxBodyBytes"/> when it was read.</param>
    /// <exception cref="ProblemException">400, 413, 415 or 422.</exception>
    public RerankRequest Read(string? contentType, ReadOnlyMemory<byte> body)
    {
        JsonBody.EnsureJson(contentType);
        if (body.Length > limits.MaxBodyBytes)
        {
            throw new ProblemException(Problem.BodyTooLarge(limits.MaxBodyBytes));
        }

        using var document = JsonBody.Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new ProblemException(Problem.InvalidFields([new FieldError("", "must be an object")]));
        }

        var fields = new RequestFields(document.RootElement);
        var request = new RerankRequest
        {
            Model = ReadModel(fields),
            Query = ReadQuery(fields),
            Documents = ReadDocuments(fields),
            TopN = fields.Integer("top_n", 1, int.MaxValue),
            ReturnDocuments = fields.Flag("return_documents"),
            MaxTokensPerDoc = fields.Integer("max_tokens_per_doc", 1, int.MaxValue),
            Instruction = fields.Text("instruction", limits.MaxInstructionCharacters),
            RawScores = fields.Flag("raw_scores"),
            Priority = fields.Integer("priority", 0, MaxPriority),
            Metadata = ReadMetadata(fields),
        };
        if (fields.TryGet("callback_url", out _))
        {
            fields.Report("/callback_url", "is not available on this server; poll the job instead");
        }

        return fields.Errors.Count == 0 ? request : throw new ProblemException(Problem.InvalidFields(fields.Errors));
    }

    private string ReadModel(RequestFields fields)
    {
        var model = fields.Text("model", int.MaxValue);
        if (!string.IsNullOrEmpty(model) && model != DefaultModel && model != servedModel)
        {
            fields.Report("/model", $"is not served here; leave it out, or use \"{servedModel}\"");
        }

        return servedModel;
    }

    private string ReadQuery(RequestFields fields)
    {
        if (!fields.TryGet("query", out var value))
        {
            fields.Report("/query", "is required");
            return "";
        }

        var query = fields.Text("query", limits.MaxQueryCharacters) ?? "";
        if (value.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(query))
        {
            fields.Report("/query", "must not be empty or blank");
        }

        return query;
    }

    private List<string> ReadDocuments(RequestFields fields)
    {
        var given = DocumentNames.Where(name => fields.TryGet(name, out _)).ToArray();
        if (given.Length != 1)
        {
            fields.Report(
                $"/{given.LastOrDefault() ?? DocumentNames[0]}",
                given.Length == 0 ? "is required" : $"must not be given together with {given[0]}");
            return [];
        }

        var path = $"/{given[0]}";
        fields.TryGet(given[0], out var list);
        if (list.ValueKind != JsonValueKind.Array)
        {
            fields.Report(path, "must be an array of strings, or of objects with a string as text");
            return [];
        }

        var count = list.GetArrayLength();
        if (count == 0 || count > limits.MaxDocuments)
        {
            fields.Report(path, FormattableString.Invariant($"must hold from 1 to {limits.MaxDocuments:N0} documents"));
            return [];
        }

        var documents = new List<string>(count);
        foreach (var element in list.EnumerateArray())
        {
            documents.Add(ReadDocument(fields, FormattableString.Invariant($"{path}/{documents.Count}"), element));
        }

        return documents;
    }

    private string ReadDocument(RequestFields fields, string path, JsonElement element)
    {
        var isObject = element.ValueKind == JsonValueKind.Object;
        if (isObject)
        {
            path += "/text";
            element = element.TryGetProperty("text", out var inner) ? inner : default;
        }

        if (element.ValueKind != JsonValueKind.String)
        {
            fields.Report(path, isObject ? "must be a string" : "must be a string, or an object with a string as text");
            return "";
        }

        var text = JsonBody.ReadText(element);
        fields.ReportLength(path, text, limits.MaxDocumentCharacters);
        return text;
    }

    // Keys are the client's text: errors number the entries instead of naming them.
    private Dictionary<string, string>? ReadMetadata(RequestFields fields)
    {
        const string Path = "/metadata";
        if (!fields.TryGet("metadata", out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            fields.Report(Path, "must be an object whose values are strings");
            return null;
        }

        if (value.GetPropertyCount() > limits.MaxMetadataEntries)
        {
            fields.Report(Path, FormattableString.Invariant($"must not hold more than {limits.MaxMetadataEntries} entries"));
            return null;
        }

        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (position, entry) in value.EnumerateObject().Index())
        {
            var isText = entry.Value.ValueKind == JsonValueKind.String;
            var text = isText ? JsonBody.ReadText(entry.Value) : "";
            if (!isText || text.Length > limits.MaxMetadataValueCharacters || entry.Name.Length > limits.MaxMetadataKeyCharacters)
            {
                var (maxKey, maxValue) = (limits.MaxMetadataKeyCharacters, limits.MaxMetadataValueCharacters);
                fields.Report(Path, FormattableString.Invariant(
                    $"entry {position + 1} must have a key of at most {maxKey} characters and a string of at most {maxValue} characters"));
            }

            metadata[entry.Name] = text;
        }

        return metadata;
    }
}
