namespace RerankFunctions.Contracts;

/// <summary>Version of an answer's shape.</summary>
/// <param name="Version">Cohere's number for it.</param>
public sealed record ApiVersion(string Version);
