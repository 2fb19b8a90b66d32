namespace RerankFunctions.Cli.Service;

/// <summary>The body that starts a batch.</summary>
/// <param name="Input">The input, as <c>container/name</c> of a blob.</param>
/// <param name="Metadata">What the client attaches; null for nothing.</param>
internal sealed record BatchStart(string Input, IReadOnlyDictionary<string, string>? Metadata);
