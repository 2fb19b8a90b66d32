namespace RerankFunctions.ModelSources.Download;

/// <summary>A file that a server offers.</summary>
/// <param name="Path">Name relative to the model folder, checked by <see cref="RemotePath"/>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Digest">What the bytes must hash to; null when the server does not say.</param>
/// <param name="ETag">Version that the download must be of; null where the address names one version.</param>
internal sealed record RemoteFile(string Path, long Size, FileDigest? Digest, string? ETag = null);
