namespace RerankFunctions.Batches.Protocol;

/// <summary>The versions of the output blobs that a batch replaces.</summary>
/// <param name="Results">ETag of the results; null where there are none.</param>
/// <param name="Errors">ETag of the errors; null where there are none.</param>
public sealed record OutputVersions(string? Results, string? Errors);
