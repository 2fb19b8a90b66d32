namespace RerankFunctions.Contracts;

/// <summary>A validated request for a batch.</summary>
/// <param name="Container">The input's container.</param>
/// <param name="Name">The input's name in it.</param>
public sealed record BatchRequest(string Container, string Name)
{
    /// <summary>Maximum number of characters of <see cref="Name"/>: the names of outputs must fit into storage's limit.</summary>
    public const int MaxNameCharacters = 900;

    /// <summary>The path of the API that the lines are for; null for the default.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Time that the batch has; null for the default.</summary>
    public TimeSpan? CompletionWindow { get; init; }

    /// <summary>What the client attached.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Whether a name can be an input's. A part that is <c>.</c> or <c>..</c> would lead to another blob, because URLs resolve it.</summary>
    public static bool IsName(string name) =>
        name is { Length: > 0 and <= MaxNameCharacters } && !name.Any(char.IsControl) && !name.Split('/', '\\').Any(part => part is "." or "..");
}
