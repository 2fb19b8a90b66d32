using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Download;

namespace RerankFunctions.ModelSources.Blobs;

/// <summary>A model folder that is the blobs under a prefix of a container.</summary>
internal sealed class BlobFolder(string name, BlobContainerClient container, string prefix) : IRemoteFolder
{
    private const int MaxFiles = 10_000;

    /// <inheritdoc/>
    public string Name => name;

    private string Root => prefix.Length == 0 ? "" : prefix + "/";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken)
    {
        var files = new List<RemoteFile>();
        try
        {
            // The overload with four arguments exists in every 12.x; later versions have no defaults for it.
            await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, Root, cancellationToken))
            {
                var path = blob.Name[Root.Length..];
                // Accounts with a hierarchical namespace list their folders, too, as empty blobs.
                if (path.Length == 0 || blob.Properties.ContentLength is not { } size || (size == 0 && !path.Contains('.', StringComparison.Ordinal)))
                {
                    continue;
                }

                if (!RelativePath.IsValid(path))
                {
                    throw new ModelLoadException($"{Name} holds a blob whose name cannot be a file name; it must be {RelativePath.Rule}.");
                }

                if (files.Count == MaxFiles)
                {
                    throw new ModelLoadException($"{Name} holds more than {MaxFiles} blobs; a model folder needs a prefix of its own.");
                }

                var md5 = blob.Properties.ContentHash is { Length: 16 } hash ? new FileDigest(DigestKind.Md5, Convert.ToHexStringLower(hash)) : null;
                files.Add(new RemoteFile(path, size, md5, blob.Properties.ETag?.ToString()));
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && BlobFailure.Of(exception, Name, "its list of blobs") is { } failure)
        {
            throw failure;
        }

        return files.Count > 0 ? files : throw new ModelLoadException($"{Name} holds no blobs.") { Code = ModelFailureCodes.ModelNotFound };
    }

    /// <inheritdoc/>
    public async Task<RemoteContent> OpenAsync(RemoteFile file, long offset, string? validator, CancellationToken cancellationToken)
    {
        if (file.Size == 0)
        {
            return new RemoteContent(Stream.Null, 0, null, null);
        }

        var options = new BlobDownloadOptions
        {
            Range = new HttpRange(offset),
            Conditions = file.ETag is { } tag ? new BlobRequestConditions { IfMatch = new ETag(tag) } : null,
        };
        try
        {
            var answer = await container.GetBlobClient(Root + file.Path).DownloadStreamingAsync(options, cancellationToken);
            return new RemoteContent(answer.Value.Content, offset, file.ETag, answer.Value, exception => BlobFailure.Of(exception, Name, file.Path));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && BlobFailure.Of(exception, Name, file.Path) is { } failure)
        {
            throw failure;
        }
    }
}
