namespace RerankFunctions.Inference.Abstractions;

/// <summary>One query with the documents to score against it.</summary>
/// <param name="Query">The query text.</param>
/// <param name="Documents">Document texts, in request order.</param>
/// <param name="Instruction">Instruction of a causal reranker's prompt; null for the model's default. Other families ignore it.</param>
/// <param name="MaxTokensPerDocument">Tokens of each document that are read at most; null for what the model's limit leaves.</param>
public sealed record ScoringRequest(
    string Query,
    IReadOnlyList<string> Documents,
    string? Instruction = null,
    int? MaxTokensPerDocument = null);
