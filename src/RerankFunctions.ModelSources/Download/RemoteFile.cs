using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.ModelSources.Download;

/// <summary>A file of a remote folder.</summary>
/// <param name="Path">Name relative to the folder, valid as a <see cref="RelativePath"/>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Digest">Hash of its bytes; null if the server does not state one.</param>
/// <param name="ETag">Version to download; null if the address names one version.</param>
internal sealed record RemoteFile(string Path, long Size, FileDigest? Digest, string? ETag = null);
