namespace RerankFunctions.Contracts;

/// <summary>A request that passed validation: what a job stores and a worker scores.</summary>
public sealed record RerankRequest
{
    /// <summary>Name of the model that this deployment serves; filled in where the client named none.</summary>
    public required string Model { get; init; }

    /// <summary>The query, not blank.</summary>
    public required string Query { get; init; }

    /// <summary>The documents' texts in request order, at least one; a text may be empty.</summary>
    public required IReadOnlyList<string> Documents { get; init; }

    /// <summary>Results wanted, at least 1; null, or more than there are documents, for all.</summary>
    public int? TopN { get; init; }

    /// <summary>Whether results carry their document's text.</summary>
    public bool ReturnDocuments { get; init; }

    /// <summary>Tokens of each document that are read at most, at least 1; null for what the model's limit leaves.</summary>
    public int? MaxTokensPerDoc { get; init; }

    /// <summary>Instruction of a causal reranker's prompt; null for the model's default.</summary>
    public string? Instruction { get; init; }

    /// <summary>Whether <c>relevance_score</c> is the logit itself.</summary>
    public bool RawScores { get; init; }

    /// <summary>
    /// Urgency as clients of Cohere's API send it, 0 (first) to 999; null where the client gave none. It is checked and stored, and
    /// has no effect: jobs are scored in the order of their queue.
    /// </summary>
    public int? Priority { get; init; }

    /// <summary>What the client attached; given back in the job's status.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
