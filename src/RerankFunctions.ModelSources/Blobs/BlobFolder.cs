using Azure;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Download;

namespace RerankFunctions.ModelSources.Blobs;

/// <summary>The blobs under a prefix of a container as a model folder.</summary>
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
            // All four arguments: the overload that every 12.x has, while later ones have no defaults for it.
            await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, Root, cancellationToken))
            {
                var path = blob.Name[Root.Length..];
                // Accounts with folders list those too, as empty blobs.
                if (path.Length == 0 || blob.Properties.ContentLength is not { } size || (size == 0 && !path.Contains('.', StringComparison.Ordinal)))
                {
                    continue;
                }

                if (!RemotePath.IsSafe(path))
                {
                    throw new ModelLoadException($"{Name} holds a blob whose name cannot be a file's; nothing is fetched from there.");
                }

                if (files.Count == MaxFiles)
                {
                    throw new ModelLoadException($"{Name} holds more than {MaxFiles} blobs; a model folder has a prefix of its own.");
                }

                var md5 = blob.Properties.ContentHash is { Length: 16 } hash ? new FileDigest(DigestKind.Md5, Convert.ToHexStringLower(hash)) : null;
                files.Add(new RemoteFile(path, size, md5, blob.Properties.ETag?.ToString()));
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && Explain(e, "its list of blobs") is { } explained)
        {
            throw explained;
        }

        return files.Count > 0 ? files : throw new ModelLoadException($"{Name} holds no blobs.");
    }

    /// <inheritdoc/>
    public async Task<RemoteContent> OpenAsync(RemoteFile file, long offset, string? validator, CancellationToken cancellationToken)
    {
        var options = new BlobDownloadOptions
        {
            Range = new HttpRange(offset),
            Conditions = file.ETag is { } tag ? new BlobRequestConditions { IfMatch = new ETag(tag) } : null,
        };
        try
        {
            if (file.Size == 0)
            {
                return new RemoteContent(Stream.Null, 0, null, null);
            }

            var answer = await container.GetBlobClient(Root + file.Path).DownloadStreamingAsync(options, cancellationToken);
            return new RemoteContent(answer.Value.Content, offset, file.ETag, answer.Value, e => Explain(e, file.Path));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && Explain(e, file.Path) is { } explained)
        {
            throw explained;
        }
    }

    // The client throws AggregateException when it tried several times itself, and TaskCanceledException when its own timeout ran out.
    private Exception? Explain(Exception exception, string what) => exception switch
    {
        ModelLoadException or TransientDownloadException => null,
        AggregateException { InnerExceptions: [.., var last] } => Explain(last, what),
        RequestFailedException { Status: 404 } => new ModelLoadException($"{Name}: {what} is not there; container and prefix are named by Rerank:ModelPath.", exception),
        RequestFailedException { Status: 401 or 403 } => new ModelLoadException($"{Name}: the app may not read {what}; its identity needs the role Storage Blob Data Reader.", exception),
        RequestFailedException { Status: 412 } => new ModelLoadException($"{Name}: {what} was changed while the model was being fetched; start again.", exception),
        RequestFailedException { Status: 0 } or IOException or HttpRequestException or TimeoutException or OperationCanceledException =>
            new TransientDownloadException($"{Name}: storage cannot be reached for {what}", exception),
        RequestFailedException { Status: 408 or 429 or >= 500 } e => new TransientDownloadException($"{Name}: storage answered {e.Status} for {what}", exception),
        RequestFailedException e => new ModelLoadException($"{Name}: storage answered {e.Status} ({e.ErrorCode}) for {what}.", exception),
        AuthenticationFailedException => new ModelLoadException($"{Name}: the app has no identity that can sign in to storage.", exception),
        _ => new ModelLoadException($"{Name}: {what} cannot be read from storage ({exception.GetType().Name}).", exception),
    };
}
