using System.Net;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace RerankFunctions.Jobs.Storage;

/// <summary>The blobs of a container in Azure Storage or Azurite. A write that finds the container missing creates it.</summary>
public sealed class AzureBlobStore(StorageClients clients, TimeProvider time) : IBlobStore
{
    private static readonly BlobHttpHeaders Json = new() { ContentType = "application/json" };

    private static readonly IReadOnlyDictionary<string, string> NoMetadata = new Dictionary<string, string>();

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
                    var answeredAt = TimeOf(response.GetRawResponse());
                    if (response.GetRawResponse().Status == (int)HttpStatusCode.NotModified)
                    {
                        return BlobReading.Unchanged(answeredAt);
                    }

                    using var download = response.Value;
                    if (download.Details.ContentLength > BlobReading.MaxBytes)
                    {
                        throw new InvalidDataException(
                            $"Blob {name} has {download.Details.ContentLength} bytes; the maximum is {BlobReading.MaxBytes}.");
                    }

                    var content = new byte[download.Details.ContentLength];
                    await download.Content.ReadExactlyAsync(content, cancellationToken);
                    return BlobReading.Found(content, download.Details.ETag.ToString(), answeredAt);
                }
                catch (RequestFailedException exception) when (StorageFaults.IsMissing(exception))
                {
                    return BlobReading.Missing(TimeOf(exception.GetRawResponse()));
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
                    var blob = _container.GetBlobClient(name);
                    using var download = (await blob.DownloadStreamingAsync(cancellationToken: cancellationToken)).Value;
                    return await read(download.Content, cancellationToken);
                }
                catch (RequestFailedException exception) when (StorageFaults.IsMissing(exception))
                {
                    return default(T?);
                }
            },
            cancellationToken);

    /// <inheritdoc />
    public Task<BlobWriting> CreateAsync(
        string name, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken) =>
        WriteAsync(name, content, metadata, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken);

    /// <inheritdoc />
    public Task<BlobWriting> ReplaceAsync(
        string name, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string>? metadata, string eTag, CancellationToken cancellationToken) =>
        WriteAsync(name, content, metadata, new BlobRequestConditions { IfMatch = new ETag(eTag) }, cancellationToken);

    /// <inheritdoc />
    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        StorageFaults.GuardAsync(
            () => _container.GetBlobClient(name).DeleteIfExistsAsync(cancellationToken: cancellationToken),
            cancellationToken);

    /// <inheritdoc />
    public Task DeleteAsync(string name, string eTag, CancellationToken cancellationToken) =>
        StorageFaults.GuardAsync(
            async () =>
            {
                try
                {
                    var conditions = new BlobRequestConditions { IfMatch = new ETag(eTag) };
                    return (await _container.GetBlobClient(name).DeleteIfExistsAsync(conditions: conditions, cancellationToken: cancellationToken)).Value;
                }
                catch (RequestFailedException exception) when (IsConditionFailure(exception, new BlobRequestConditions { IfMatch = new ETag(eTag) }))
                {
                    return false;
                }
            },
            cancellationToken);

    /// <inheritdoc />
    public Task<BlobPage> ListAsync(string prefix, string? continuation, int maxCount, CancellationToken cancellationToken) =>
        StorageFaults.GuardAsync(
            async () =>
            {
                try
                {
                    var blobs = _container.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, prefix, cancellationToken);
                    await using var pages = blobs.AsPages(continuation, maxCount).GetAsyncEnumerator(cancellationToken);
                    await pages.MoveNextAsync();
                    var page = pages.Current;
                    return new BlobPage(
                        [.. page.Values.Select(blob => new ListedBlob(
                            blob.Name,
                            blob.Properties.LastModified.GetValueOrDefault(),
                            blob.Properties.ETag.GetValueOrDefault().ToString(),
                            blob.Metadata?.AsReadOnly() ?? NoMetadata))],
                        string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken,
                        TimeOf(page.GetRawResponse()));
                }
                catch (RequestFailedException exception) when (StorageFaults.IsMissing(exception))
                {
                    return new BlobPage([], null, TimeOf(exception.GetRawResponse()));
                }
            },
            cancellationToken);

    private Task<BlobWriting> WriteAsync(
        string name,
        ReadOnlyMemory<byte> content,
        IReadOnlyDictionary<string, string>? metadata,
        BlobRequestConditions conditions,
        CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions { Conditions = conditions, HttpHeaders = Json, Metadata = metadata?.ToDictionary() };
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

        async Task<BlobWriting> UploadAsync()
        {
            try
            {
                var written = await _container.GetBlobClient(name).UploadAsync(new BinaryData(content), options, cancellationToken);
                return new BlobWriting(written.Value.ETag.ToString(), TimeOf(written.GetRawResponse()));
            }
            catch (RequestFailedException exception) when (IsConditionFailure(exception, conditions))
            {
                return new BlobWriting(null, TimeOf(exception.GetRawResponse()));
            }
        }
    }

    // Storage sends a Date with every answer; without one, this machine's clock is the best estimate.
    private DateTimeOffset TimeOf(Response? response) => response?.Headers.Date ?? time.GetUtcNow();

    private static bool IsConditionFailure(RequestFailedException exception, BlobRequestConditions conditions) =>
        exception.Status == (int)HttpStatusCode.PreconditionFailed
        || exception.ErrorCode == BlobErrorCode.BlobAlreadyExists
        || (exception.ErrorCode == BlobErrorCode.BlobNotFound && conditions.IfMatch is not null);
}
