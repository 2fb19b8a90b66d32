using System.Buffers;

namespace RerankFunctions.Contracts.Dialects;

/// <summary>Reads requests of the known rerank clients and finds out which contract they follow.</summary>
/// <param name="limits">Limits of a request.</param>
/// <param name="models">The models that this deployment serves.</param>
/// <param name="takesAnyModel">Whether a name that is not served means the default model.</param>
public sealed class DialectRequestReader(RequestLimits limits, ServedModels models, bool takesAnyModel)
{
    private static readonly string[] Candidates = ["documents", "texts", "input", "passages"];

    /// <summary>Reads the body of a rerank route. Errors name every invalid field.</summary>
    /// <param name="contentType">The request's Content-Type header.</param>
    /// <param name="body">The request's body.</param>
    /// <param name="isVoyage">Whether a header names Voyage's client: its requests may be like those of others.</param>
    /// <exception cref="ProblemException">400, 413, 415, or 422 where the body is no object: nothing tells the dialect then.</exception>
    public DialectReading ReadRerank(string? contentType, ReadOnlySequence<byte> body, bool isVoyage)
    {
        var fields = DialectBody.Read(contentType, body, limits.MaxBodyBytes);
        var names = Candidates.Where(fields.Has).ToArray();
        var dialect = DialectOf(names, fields.Fields, isVoyage);
        var query = fields.ReadText("query", limits.MaxQueryCharacters);
        IReadOnlyList<string> documents = [];
        if (names is [var name])
        {
            documents = fields.ReadTexts(name, limits.MaxDocuments, limits.MaxDocumentCharacters);
        }
        else if (names.Length == 0)
        {
            fields.Fields.Report("/documents", "is required");
        }
        else
        {
            fields.Fields.Report($"/{names[^1]}", $"must not be given together with {names[0]}");
        }

        var request = ReadOptions(fields, dialect) with { Query = query, Documents = documents };
        return Complete(fields.Fields, dialect, () => [new DialectRequestPart(request)]);
    }

    /// <summary>Reads the body of a score route: two lists of texts, of which the first one has one text or as many as the second one.</summary>
    /// <inheritdoc cref="ReadRerank"/>
    public DialectReading ReadScore(string? contentType, ReadOnlySequence<byte> body)
    {
        var fields = DialectBody.Read(contentType, body, limits.MaxBodyBytes);
        var pairs = new ScorePairs(fields, limits);
        if (fields.Fields.Has("label_token_ids"))
        {
            fields.Fields.Report("/label_token_ids", "is not supported: these routes score pairs of texts");
        }

        var options = ReadOptions(fields, Dialect.Score) with { TopN = null };
        return Complete(fields.Fields, Dialect.Score, () => pairs.ToParts(options));
    }

    private static Dialect DialectOf(string[] names, RequestFields fields, bool isVoyage) => names switch
    {
        ["texts"] => Dialect.TextEmbeddingsInference,
        ["input"] => Dialect.Mixedbread,
        ["passages"] => Dialect.Nim,
        ["documents"] when isVoyage || fields.Has("top_k") || fields.Has("truncation") => Dialect.Voyage,
        _ => Dialect.Cohere,
    };

    private RerankRequest ReadOptions(DialectBody body, Dialect dialect)
    {
        var fields = body.Fields;
        var raw = fields.OptionalFlag("raw_scores") == true;
        foreach (var activation in new[] { "use_activation", "activation", "softmax" })
        {
            raw |= fields.OptionalFlag(activation) == false;
        }

        var returns = fields.Flag("return_documents");
        returns |= fields.Flag("return_text");
        returns |= fields.Flag("return_input");
        RejectLeft(fields, "truncation_direction");
        RejectLeft(fields, "truncation_side");
        if (fields.Has("callback_url"))
        {
            fields.Report("/callback_url", "is not available here; the answer is in the response");
        }

        return new RerankRequest
        {
            Model = FindModel(fields) ?? models.Default,
            Query = "",
            Documents = [],
            TopN = Limit(fields, "top_k") ?? Limit(fields, "top_n"),
            ReturnDocuments = returns,
            MaxTokensPerDoc = Limit(fields, "max_tokens_per_doc"),
            LongDocuments = LongDocumentsField.Read(fields),
            Truncates = Truncates(fields, dialect) ? null : false,
            Instruction = body.ReadInstruction(limits.MaxInstructionCharacters),
            RawScores = raw || dialect == Dialect.Nim,
            Priority = fields.Integer("priority", 0, RequestLimits.MaxPriority),
            TimeoutSeconds = fields.Integer("timeout_seconds", 1, RequestLimits.MaxTimeoutSeconds),
        };
    }

    private string? FindModel(RequestFields fields) =>
        models.Resolve(fields.Text("model", int.MaxValue)) ?? (takesAnyModel ? models.Default : null);

    // Some clients send 0 for "all" and "off".
    private static int? Limit(RequestFields fields, string name) => fields.Integer(name, 0, int.MaxValue) is { } limit and > 0 ? limit : null;

    private static bool Truncates(RequestFields fields, Dialect dialect)
    {
        if (dialect != Dialect.Nim)
        {
            return (fields.OptionalFlag("truncate") ?? true) & (fields.OptionalFlag("truncation") ?? true);
        }

        var truncate = fields.Text("truncate", int.MaxValue) ?? "END";
        if (truncate is not ("END" or "NONE"))
        {
            fields.Report("/truncate", "must be END or NONE");
        }

        return truncate == "END";
    }

    private static void RejectLeft(RequestFields fields, string name)
    {
        var side = fields.Text(name, int.MaxValue);
        if (side is not null && !side.Equals("right", StringComparison.OrdinalIgnoreCase))
        {
            fields.Report($"/{name}", "must be right: texts are cut at their end");
        }
    }

    private DialectReading Complete(RequestFields fields, Dialect dialect, Func<IReadOnlyList<DialectRequestPart>> createParts)
    {
        if (fields.Errors.Count == 0)
        {
            return FindModel(fields) is not null
                ? new DialectReading(dialect, new DialectRequest(dialect, createParts()), Problem: null)
                : new DialectReading(dialect, Request: null, Problem.ModelNotFound(models));
        }

        var problem = Problem.InvalidFields(fields.Errors);
        // Infinity's client, which always sends this field, cannot read a 422 of this API.
        var isInfinity = dialect == Dialect.Cohere && fields.Has("raw_scores");
        return new DialectReading(dialect, Request: null, isInfinity ? problem.AsBadRequest() : problem);
    }
}
