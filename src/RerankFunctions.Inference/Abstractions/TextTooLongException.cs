namespace RerankFunctions.Inference.Abstractions;

/// <summary>Texts exceed the model's limit, and the request does not let them be cut (<see cref="ScoringRequest.Truncates"/>).</summary>
/// <param name="documents">Indexes of documents that are too long, ascending; perhaps not of all.</param>
/// <param name="isQueryTooLong">Whether the query is too long.</param>
public sealed class TextTooLongException(IReadOnlyList<int> documents, bool isQueryTooLong) : Exception("Texts exceed the model's limit.")
{
    /// <summary>Indexes of documents that are too long, ascending; perhaps not of all.</summary>
    public IReadOnlyList<int> Documents { get; } = documents;

    /// <summary>Whether the query is too long.</summary>
    public bool IsQueryTooLong { get; } = isQueryTooLong;
}
