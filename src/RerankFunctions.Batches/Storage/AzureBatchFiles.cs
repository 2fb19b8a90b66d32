using System.Net;
using Azure;
using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Storage;

/// <summary>The inputs and outputs of batches in Azure Storage or Azurite.</summary>
public sealed class AzureBatchFiles(StorageAccount account, TimeProvider time) : IBatchFiles
{
    private const int MaxPage = 5_000;

    /// <summary>Metadata of an output: the batch that wrote it.</summary>
    private const string WriterKey = "rerankbatch";

    private static readonly BlobHttpHeaders JsonLines = new() { ContentType = "application/x-ndjson" };

    private readonly BlobServiceClient _service = account.ConnectBlobs(ForTransfers());

    /// <inheritdoc />
    public Task<FileVersion?> FindAsync(string container, string name, CancellationToken cancellationToken) => StorageFaults.GuardAsync(
        async () =>
        {
            try
            {
                var properties = (await BlobOf(container, name).GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
                return properties is { BlobType: BlobType.Block, BlobCopyStatus: null or CopyStatus.Success }
                    ? new FileVersion(
                        TextOf(properties.ETag),
                        properties.ContentLength,
                        properties.LastModified,
                        properties.Metadata.TryGetValue(WriterKey, out var writer) ? writer : null)
                    : null;
            }
            catch (RequestFailedException exception) when (StorageFaults.IsMissing(exception))
            {
                return null;
            }
        },
        cancellationToken);

    /// <inheritdoc />
    public Task<FilePage> ListAsync(string container, string? continuation, CancellationToken cancellationToken) => StorageFaults.GuardAsync(
        async () =>
        {
            try
            {
                var blobs = _service.GetBlobContainerClient(container).GetBlobsAsync(BlobTraits.CopyStatus, cancellationToken: cancellationToken);
                await using var pages = blobs.AsPages(continuation, MaxPage).GetAsyncEnumerator(cancellationToken);
                await pages.MoveNextAsync();
                var page = pages.Current;
                return new FilePage(
                    [.. page.Values.Where(IsFile).Select(ToFile)],
                    string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken,
                    TimeOf(page.GetRawResponse()));
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.ContainerNotFound)
            {
                await _service.GetBlobContainerClient(container).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
                return new FilePage([], null, TimeOf(exception.GetRawResponse()));
            }
        },
        cancellationToken);

    /// <inheritdoc />
    public Task<byte[]> ReadAsync(BatchInputBlob input, long offset, int length, CancellationToken cancellationToken) => StorageFaults.GuardAsync(
        async () =>
        {
            try
            {
                var options = new BlobDownloadOptions
                {
                    Range = new HttpRange(offset, length),
                    Conditions = new BlobRequestConditions { IfMatch = new ETag(input.ETag) },
                };
                using var download = (await BlobOf(input.Container, input.Name).DownloadStreamingAsync(options, cancellationToken)).Value;
                var content = new byte[length];
                await download.Content.ReadExactlyAsync(content, cancellationToken);
                return content;
            }
            catch (RequestFailedException exception) when (IsAnotherVersion(exception))
            {
                throw new InputChangedException();
            }
        },
        cancellationToken);

    /// <inheritdoc />
    public async Task StageAsync(string container, string name, string blockId, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        await StorageFaults.GuardAsync(
            async () =>
            {
                try
                {
                    return await StageAsync();
                }
                catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.ContainerNotFound)
                {
                    await _service.GetBlobContainerClient(container).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
                    return await StageAsync();
                }

                async Task<Response<BlockInfo>> StageAsync()
                {
                    using var stream = BinaryData.FromBytes(content).ToStream();
                    return await BlobOf(container, name).StageBlockAsync(blockId, stream, cancellationToken: cancellationToken);
                }
            },
            cancellationToken);

    /// <inheritdoc />
    public Task<bool> CommitAsync(
        string container, string name, IReadOnlyList<string> blockIds, string writer, string? replaces, CancellationToken cancellationToken) =>
        StorageFaults.GuardAsync(
            async () =>
            {
                var options = new CommitBlockListOptions
                {
                    HttpHeaders = JsonLines,
                    Metadata = new Dictionary<string, string> { [WriterKey] = writer },
                    Conditions = replaces is null
                        ? new BlobRequestConditions { IfNoneMatch = ETag.All }
                        : new BlobRequestConditions { IfMatch = new ETag(replaces) },
                };
                try
                {
                    await BlobOf(container, name).CommitBlockListAsync(blockIds, options, cancellationToken);
                    return true;
                }
                catch (RequestFailedException exception) when (IsAnotherVersion(exception)
                    || exception.ErrorCode == BlobErrorCode.BlobAlreadyExists || exception.ErrorCode == BlobErrorCode.InvalidBlockList)
                {
                    return false;
                }
            },
            cancellationToken);

    /// <inheritdoc />
    public async Task DeleteAsync(string container, string name, string eTag, CancellationToken cancellationToken) => await StorageFaults.GuardAsync(
        async () =>
        {
            try
            {
                var conditions = new BlobRequestConditions { IfMatch = new ETag(eTag) };
                return await BlobOf(container, name).DeleteIfExistsAsync(DeleteSnapshotsOption.None, conditions, cancellationToken) is not null;
            }
            catch (RequestFailedException exception) when (IsAnotherVersion(exception))
            {
                return false;
            }
        },
        cancellationToken);

    private BlockBlobClient BlobOf(string container, string name) => _service.GetBlobContainerClient(container).GetBlockBlobClient(name);

    /// <summary>Whether a list has the blob. What a copy that failed has left is empty, and nothing comes any more.</summary>
    internal static bool IsFile(BlobItem blob) =>
        blob.Properties is { BlobType: BlobType.Block, CopyStatus: null or CopyStatus.Success or CopyStatus.Pending };

    /// <summary>Returns the form of a blob in a list.</summary>
    internal static ListedFile ToFile(BlobItem blob) => new(
        blob.Name,
        blob.Properties is { CopyStatus: not CopyStatus.Pending, ETag: { } eTag }
            ? new FileVersion(TextOf(eTag), blob.Properties.ContentLength.GetValueOrDefault(), blob.Properties.LastModified.GetValueOrDefault())
            : null);

    // Lists give ETags without quotes, headers with them.
    private static string TextOf(ETag eTag) => eTag.ToString().Trim('"');

    private DateTimeOffset TimeOf(Response? response) => response?.Headers.Date ?? time.GetUtcNow();

    private static bool IsAnotherVersion(RequestFailedException exception) =>
        exception.Status == (int)HttpStatusCode.PreconditionFailed || StorageFaults.IsMissing(exception);

    /// <summary>Blocks of megabytes take longer than the small blobs of states.</summary>
    private static BlobClientOptions ForTransfers()
    {
        var options = new BlobClientOptions();
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = 3;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(2);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(30);
        return options;
    }
}
