namespace RerankFunctions.Batches.Protocol;

/// <summary>The version of a blob that a batch reads.</summary>
/// <param name="Container">Its container.</param>
/// <param name="Name">Its name.</param>
/// <param name="ETag">Its ETag: another version is another batch.</param>
/// <param name="Bytes">Its size.</param>
public sealed record BatchInputBlob(string Container, string Name, string ETag, long Bytes);
