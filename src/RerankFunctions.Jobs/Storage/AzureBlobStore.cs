using System.Net;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace RerankFunctions.Jobs.Storage;

/// <summary>The blobs of a container in Azure Storage or Azurite. The container is made when a write finds it missing.</summary>
internal sealed class AzureBlobStore(StorageClients clients) : IBlobStore
{
    private static readonly BlobHttpHeaders Json = new() { ContentType = "application/json" };

    private readonly BlobContainerClient _container = clients.Container;

    /// <inheritdoc />
    public Task<BlobReading> ReadAsync(string name, string? knownETag, CancellationToken cancellationToken) =>
        StorageFaults.GuardAsync(
            async () =>
            {
                try
                {
                    var options = new BlobDownloadOptions
                    {
                        Conditions = knownETag is null ? null : new BlobRequestConditions { IfNoneMatch = new ETag(knownETag) },
                    };
                    var response = await _container.GetBlobClient(name).DownloadStreamingAsync(options, cancellationToken);
                    if (response.GetRawResponse().Status == (int)HttpStatusCode.NotModified)
                    {
                        return BlobReading.Unchanged;
                    }

                    using var download = response.Value;
                    if (download.Details.ContentLength > BlobReading.MaxBytes)
                    {
                        throw new InvalidDataException($"Blob {name} has {download.Details.ContentLength} bytes, more than {BlobReading.MaxBytes}.");
                    }

                    var content = new byte[download.Details.ContentLength];
                    await download.Content.ReadExactlyAsync(content, cancellationToken);
                    return BlobReading.Found(content, download.Details.ETag.ToString());
                }
                catch (RequestFailedException exception) when (IsMissing(exception))
                {
                    return BlobReading.Missing;
                }
            },
            cancellationToken);

    /// <inheritdoc />
    public Task<T?> ReadAsync<T>(
        string name,
        Func<Stream, CancellationToken, ValueTask<T>> read,
        CancellationToken cancellationToken) =>
        StorageFaults.GuardAsync(
            async () =>
            {
                try
                {
                    using var download = (await _container.GetBlobClient(name).DownloadStreamingAsync(cancellationToken: cancellationToken)).Value;
                    return await read(download.Content, cancellationToken);
                }
                catch (RequestFailedException exception) when (IsMissing(exception))
                {
                    return default(T?);
                }
            },
            cancellationToken);

    /// <inheritdoc />
    public Task<string?> CreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        WriteAsync(name, content, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken);

    /// <inheritdoc />
    public Task<string?> ReplaceAsync(string name, ReadOnlyMemory<byte> content, string eTag, CancellationToken cancellationToken) =>
        WriteAsync(name, content, new BlobRequestConditions { IfMatch = new ETag(eTag) }, cancellationToken);

    /// <inheritdoc />
    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        StorageFaults.GuardAsync(
            () => _container.GetBlobClient(name).DeleteIfExistsAsync(cancellationToken: cancellationToken),
            cancellationToken);

    private Task<string?> WriteAsync(
        string name,
        ReadOnlyMemory<byte> content,
        BlobRequestConditions conditions,
        CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions { Conditions = conditions, HttpHeaders = Json };
        return StorageFaults.GuardAsync(
            async () =>
            {
                try
                {
                    return await UploadAsync();
                }
                catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.ContainerNotFound)
                {
                    await _container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
                    return await UploadAsync();
                }
            },
            cancellationToken);

        async Task<string?> UploadAsync()
        {
            try
            {
                var written = await _container.GetBlobClient(name).UploadAsync(new BinaryData(content), options, cancellationToken);
                return written.Value.ETag.ToString();
            }
            catch (RequestFailedException exception) when (IsConditionFailure(exception, conditions))
            {
                return null;
            }
        }
    }

    private static bool IsConditionFailure(RequestFailedException exception, BlobRequestConditions conditions) =>
        exception.Status == (int)HttpStatusCode.PreconditionFailed
        || exception.ErrorCode == BlobErrorCode.BlobAlreadyExists
        || (exception.ErrorCode == BlobErrorCode.BlobNotFound && conditions.IfMatch is not null);

    // A 404 without storage's own code, a gateway's for instance, says nothing about the blob.
    private static bool IsMissing(RequestFailedException exception) =>
        exception.ErrorCode == BlobErrorCode.BlobNotFound || exception.ErrorCode == BlobErrorCode.ContainerNotFound;
}
