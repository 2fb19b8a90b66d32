namespace RerankFunctions.Contracts;

/// <summary>A document in an answer.</summary>
/// <param name="Text">Its text.</param>
public sealed record RerankDocument(string Text);
