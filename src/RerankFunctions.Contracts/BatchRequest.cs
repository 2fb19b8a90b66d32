namespace RerankFunctions.Contracts;

/// <summary>A validated request for a batch.</summary>
/// <param name="Container">The input's container.</param>
/// <param name="Name">The input's name in it.</param>
public sealed record BatchRequest(string Container, string Name)
{
    /// <summary>The path of the API that the lines are for; null for the default.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Time that the batch has; null for the default.</summary>
    public TimeSpan? CompletionWindow { get; init; }

    /// <summary>What the client attached.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
