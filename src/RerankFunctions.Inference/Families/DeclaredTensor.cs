namespace RerankFunctions.Inference.Families;

/// <summary>An input or output as a graph or a session declares it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type, or what it is instead of a tensor.</param>
/// <param name="Dims">Its shape, null for a dimension of any size; null where none is declared.</param>
internal sealed record DeclaredTensor(string Name, string Type, IReadOnlyList<long?>? Dims)
{
    /// <summary>Whether it takes int64 values [rows, tokens] of any size. Some exporters declare no shapes.</summary>
    public bool TakesTokens => Type == "Int64" && Dims is null or [null, null];

    /// <summary>Type and shape, for messages.</summary>
    public string Description => Dims is null ? Type : $"{Type} [{string.Join(", ", Dims.Select(dim => dim is { } size ? $"{size}" : "any"))}]";
}
