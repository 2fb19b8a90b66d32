namespace RerankFunctions.Inference.Abstractions;

/// <summary>One query with the documents to score against it.</summary>
/// <param name="Query">The query text.</param>
/// <param name="Documents">Document texts, in request order.</param>
public sealed record ScoringRequest(string Query, IReadOnlyList<string> Documents)
{
    /// <summary>Name of the model that scores; null for the model of the process.</summary>
    public string? Model { get; init; }

    /// <summary>Instruction of a causal reranker's prompt; null for the model's default. Other families ignore it.</summary>
    public string? Instruction { get; init; }

    /// <summary>Maximum number of tokens that are read of each document; null for what the model's limit leaves.</summary>
    public int? MaxTokensPerDocument { get; init; }

    /// <summary>How urgent the request is.</summary>
    public WorkClass WorkClass { get; init; } = WorkClass.Interactive;

    /// <summary>When the answer is worth nothing any more; null for never.</summary>
    public DateTimeOffset? Deadline { get; init; }
}
