namespace RerankFunctions.Contracts;

/// <summary>The answer to a rerank request.</summary>
/// <param name="Id">The job's id.</param>
/// <param name="Model">Name of the model that scored.</param>
/// <param name="Results">Sorted by raw logit descending, then index; cut to the request's <c>top_n</c>.</param>
/// <param name="Usage">Tokens.</param>
/// <param name="Meta">Version, units and warnings, in the form that Cohere's clients read.</param>
public sealed record RerankAnswer(
    string Id,
    string Model,
    IReadOnlyList<RerankResult> Results,
    RerankUsage Usage,
    RerankMeta Meta);

/// <summary>One document's score.</summary>
/// <param name="Index">Position in the request's documents, from 0.</param>
/// <param name="RelevanceScore">Logistic function of the logit, in [0, 1]; with <c>raw_scores</c> the logit itself. Finite.</param>
/// <param name="Document">The document, if <c>return_documents</c> is set; left out otherwise, never null.</param>
/// <param name="Chunk">The part of the document that has this score, if <c>long_documents</c> is <c>chunk_max</c>; left out otherwise.</param>
public sealed record RerankResult(int Index, double RelevanceScore, RerankDocument? Document = null, RerankChunk? Chunk = null);

/// <summary>A part of a document.</summary>
/// <param name="Start">Position of its first character in the document, from 0, in UTF-16 units.</param>
/// <param name="End">Position behind its last character.</param>
public sealed record RerankChunk(int Start, int End);

/// <summary>A document in an answer.</summary>
/// <param name="Text">Its text.</param>
public sealed record RerankDocument(string Text);

/// <summary>Tokens of all pairs, padding not counted.</summary>
/// <param name="PromptTokens">All of them: a reranker generates nothing.</param>
/// <param name="CompletionTokens">0.</param>
/// <param name="TotalTokens">The sum.</param>
/// <param name="CachedTokens">Those of them that did not go through the model, because the score was known. 0 in answers of older releases.</param>
public sealed record RerankUsage(long PromptTokens, long CompletionTokens, long TotalTokens, long CachedTokens = 0)
{
    /// <summary>Creates the usage of a number of tokens.</summary>
    /// <param name="tokens">Tokens of all pairs.</param>
    /// <param name="cachedTokens">Those of them whose scores were known.</param>
    public static RerankUsage Of(long tokens, long cachedTokens) => new(tokens, 0, tokens, cachedTokens);
}

/// <summary>Metadata of an answer, in the form of Cohere's API.</summary>
/// <param name="ApiVersion">Version of the answer's form.</param>
/// <param name="BilledUnits">Units as Cohere counts them.</param>
/// <param name="Tokens">Tokens read and written.</param>
/// <param name="Warnings">Notes for the client, for instance that texts were cut; left out when there are none.</param>
public sealed record RerankMeta(
    ApiVersion ApiVersion,
    BilledUnits BilledUnits,
    TokenCount Tokens,
    IReadOnlyList<string>? Warnings = null)
{
    private const int DocumentsPerUnit = 100;

    /// <summary>Creates the metadata of an answer.</summary>
    /// <param name="documents">Documents scored, of which a unit holds up to 100.</param>
    /// <param name="tokens">Tokens of all pairs.</param>
    /// <param name="warnings">Warnings, empty for none.</param>
    public static RerankMeta Of(int documents, long tokens, IReadOnlyList<string> warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        return new RerankMeta(
            new ApiVersion("2"),
            new BilledUnits((documents + DocumentsPerUnit - 1) / DocumentsPerUnit),
            new TokenCount(tokens, 0),
            warnings.Count == 0 ? null : warnings);
    }
}

/// <summary>Version of the answer's form.</summary>
/// <param name="Version">Cohere's number of the version.</param>
public sealed record ApiVersion(string Version);

/// <summary>Units as Cohere counts them. Nothing is billed here.</summary>
/// <param name="SearchUnits">One per 100 documents, rounded up.</param>
public sealed record BilledUnits(int SearchUnits);

/// <summary>Tokens of an answer.</summary>
/// <param name="InputTokens">Tokens of all pairs.</param>
/// <param name="OutputTokens">0: a reranker generates nothing.</param>
public sealed record TokenCount(long InputTokens, long OutputTokens);
