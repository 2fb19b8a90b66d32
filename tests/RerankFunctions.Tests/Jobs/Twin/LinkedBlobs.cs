using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Tests.Jobs.Twin;

/// <summary>The account's blobs as one process reaches them.</summary>
internal sealed class LinkedBlobs(Account account, StorageLink link) : IBlobStore
{
    public Task<BlobReading> ReadAsync(string name, string? knownETag, CancellationToken cancellationToken) =>
        link.CallAsync(
            $"read {name}",
            () => account.Read(name) switch
            {
                null => BlobReading.Missing,
                { Content.Length: > BlobReading.MaxBytes } => throw new InvalidDataException($"Blob {name} is too large."),
                { ETag: var eTag } when eTag == knownETag => BlobReading.Unchanged,
                { Content: var content, ETag: var eTag } => BlobReading.Found(content, eTag),
            },
            BlobReading.Missing,
            cancellationToken);

    public async Task<T?> ReadAsync<T>(
        string name,
        Func<Stream, CancellationToken, ValueTask<T>> read,
        CancellationToken cancellationToken)
    {
        var blob = await link.CallAsync($"read {name}", () => account.Read(name), null, cancellationToken);
        return blob is null ? default : await read(new MemoryStream(blob.Content), cancellationToken);
    }

    public Task<string?> CreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        link.CallAsync($"create {name}", () => account.Create(name, content), null, cancellationToken);

    public Task<string?> ReplaceAsync(string name, ReadOnlyMemory<byte> content, string eTag, CancellationToken cancellationToken) =>
        link.CallAsync($"replace {name}", () => account.Replace(name, content, eTag), null, cancellationToken);

    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        link.CallAsync($"delete {name}", () => account.Delete(name), false, cancellationToken);
}
