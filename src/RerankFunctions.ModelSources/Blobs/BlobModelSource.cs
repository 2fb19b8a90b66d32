using System.Security.Cryptography;
using System.Text;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Download;

namespace RerankFunctions.ModelSources.Blobs;

/// <summary>A model folder fetched from a blob container into the cache. Its place there goes by what the blobs hold, so that a changed model is fetched anew.</summary>
internal sealed class BlobModelSource(BlobFolder folder, ModelFileSelection selection, FolderDownload download, ModelCache cache) : IModelSource
{
    /// <inheritdoc/>
    public async Task<string> GetFolderAsync(CancellationToken cancellationToken)
    {
        var listed = await download.Retry.RunAsync(folder.ListAsync, cancellationToken);
        return await cache.GetOrAddAsync(
            $"blobs/{Version(listed)}/{selection.Name}",
            (staging, token) => selection.FetchAsync(folder, listed, staging, token),
            cancellationToken);
    }

    private string Version(IReadOnlyList<RemoteFile> listed)
    {
        var text = new StringBuilder(folder.Name).Append('\n');
        foreach (var file in listed.OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            text.Append(file.Path).Append('\n').Append(file.Size).Append('\n').Append(file.ETag).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..40];
    }
}
