using System.Security.Cryptography;
using System.Text;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Cache;
using RerankFunctions.ModelSources.Download;

namespace RerankFunctions.ModelSources.Blobs;

/// <summary>
/// Model folders in blob containers, fetched into the cache. The place of one there is a hash over names, sizes and ETags of the blobs:
/// a changed model gets a new one.
/// </summary>
internal sealed class BlobModelSource(ModelDownload download, DownloadRetry retry, ModelCache cache)
{
    /// <summary>Returns the local folder of a model, and fetches it first where it is missing.</summary>
    /// <exception cref="ModelLoadException">The folder cannot be fetched.</exception>
    public async Task<string> GetFolderAsync(ModelDefinition model, BlobFolder folder, CancellationToken cancellationToken)
    {
        var listed = await retry.RunAsync(folder.ListAsync, cancellationToken);
        return await cache.GetOrAddAsync(
            $"blobs/{VersionOf(folder, listed)}",
            download.NamesFor(model),
            (staging, token) => download.RunAsync(model, folder, listed, staging, token),
            cancellationToken);
    }

    private static string VersionOf(BlobFolder folder, IReadOnlyList<RemoteFile> listed)
    {
        var text = new StringBuilder(folder.Name).Append('\n');
        foreach (var file in listed.OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            text.Append(file.Path).Append('\n').Append(file.Size).Append('\n').Append(file.ETag).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..40];
    }
}
