namespace RerankFunctions.Inference.Abstractions;

/// <summary>One query with the documents to score against it.</summary>
/// <param name="Query">The query text.</param>
/// <param name="Documents">Document texts, in request order.</param>
public sealed record ScoringRequest(string Query, IReadOnlyList<string> Documents)
{
    /// <summary>Name or alias of the model that scores; null for the default one.</summary>
    public string? Model { get; init; }

    /// <summary>Instruction of a causal reranker's prompt; null for the model's default. Other families ignore it.</summary>
    public string? Instruction { get; init; }

    /// <summary>Maximum number of tokens that are read of each document; null for what the model's limit leaves.</summary>
    public int? MaxTokensPerDocument { get; init; }

    /// <summary>
    /// Whether a document that is longer than a pair has room for is cut into overlapping chunks, of which the best one gives its score; else it is truncated.
    /// </summary>
    public bool ChunksLongDocuments { get; init; }

    /// <summary>Whether texts over the model's limit are cut; else the request is refused where it has one.</summary>
    public bool Truncates { get; init; } = true;

    /// <summary>How urgent the request is.</summary>
    public WorkClass WorkClass { get; init; } = WorkClass.Interactive;

    /// <summary>The request's share of the device beside requests of its class, over 0; 1 is usual.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Whether the request waits while <see cref="ScoringOptions.MaxWaitingTokens"/> are in the engine; else it is refused.</summary>
    public bool WaitsForPlace { get; init; } = true;

    /// <summary>Scores that the caller has already, by the same model and request. Their pairs are not scored again.</summary>
    public IReadOnlyList<PairScore> Known { get; init; } = [];

    /// <summary>When the answer is worth nothing any more; null for never.</summary>
    public DateTimeOffset? Deadline { get; init; }
}
