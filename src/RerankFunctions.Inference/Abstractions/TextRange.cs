namespace RerankFunctions.Inference.Abstractions;

/// <summary>A part of a text, in UTF-16 units.</summary>
/// <param name="Start">Position of the first unit.</param>
/// <param name="End">Position behind the last unit.</param>
public readonly record struct TextRange(int Start, int End);
