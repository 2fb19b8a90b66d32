using System.Security.Cryptography;
using System.Text;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Cache;
using RerankFunctions.ModelSources.Download;

namespace RerankFunctions.ModelSources.Blobs;

/// <summary>
/// A model folder in a blob container, fetched into the cache. Its place there is a hash over names, sizes and ETags of the blobs:
/// a changed model gets a new one.
/// </summary>
internal sealed class BlobModelSource(BlobFolder folder, ModelDownload download, DownloadRetry retry, ModelCache cache) : IModelSource
{
    /// <inheritdoc/>
    public async Task<string> GetFolderAsync(CancellationToken cancellationToken)
    {
        var listed = await retry.RunAsync(folder.ListAsync, cancellationToken);
        return await cache.GetOrAddAsync(
            $"blobs/{VersionOf(listed)}",
            download.Names,
            (staging, token) => download.RunAsync(folder, listed, staging, token),
            cancellationToken);
    }

    private string VersionOf(IReadOnlyList<RemoteFile> listed)
    {
        var text = new StringBuilder(folder.Name).Append('\n');
        foreach (var file in listed.OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            text.Append(file.Path).Append('\n').Append(file.Size).Append('\n').Append(file.ETag).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..40];
    }
}
