using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Documents;

/// <summary>The chunks of a document.</summary>
/// <param name="Ranges">The chunks in text order, at least one. Each begins inside or at the end of the one before.</param>
/// <param name="IsTruncated">Whether text behind the last chunk is not read.</param>
internal readonly record struct DocumentChunks(IReadOnlyList<TextRange> Ranges, bool IsTruncated);
