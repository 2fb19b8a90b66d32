namespace RerankFunctions.Jobs.Storage;

/// <summary>A value of a blob with the ETag that a swap of it must name.</summary>
/// <param name="Value">The value.</param>
/// <param name="ETag">The ETag under which it is stored.</param>
public sealed record Versioned<T>(T Value, string ETag);
