using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Tests.Jobs.Fakes;

/// <summary>The blobs of a fake account, behind the connection of one process.</summary>
internal sealed class FakeBlobStore(FakeAccount account, FakeConnection connection) : IBlobStore
{
    public Task<BlobReading> ReadAsync(string name, string? knownETag, CancellationToken cancellationToken) =>
        connection.CallAsync(
            $"read {name}",
            () => account.Read(name) switch
            {
                null => BlobReading.Missing(account.Time),
                { Content.Length: > BlobReading.MaxBytes } => throw new InvalidDataException($"Blob {name} is too large."),
                { ETag: var eTag } when eTag == knownETag => BlobReading.Unchanged(account.Time),
                { Content: var content, ETag: var eTag } => BlobReading.Found(content, eTag, account.Time),
            },
            () => BlobReading.Missing(account.Time),
            cancellationToken);

    public async Task<T?> ReadAsync<T>(
        string name,
        Func<Stream, CancellationToken, ValueTask<T>> read,
        CancellationToken cancellationToken)
    {
        var blob = await connection.CallAsync($"read {name}", () => account.Read(name), () => null, cancellationToken);
        return blob is null ? default : await read(new MemoryStream(blob.Content), cancellationToken);
    }

    public Task<BlobWriting> CreateAsync(
        string name, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken) =>
        connection.CallAsync($"create {name}", () => As(() => account.Create(name, content, metadata)), Conflict, cancellationToken);

    public Task<BlobWriting> ReplaceAsync(
        string name, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string>? metadata, string eTag, CancellationToken cancellationToken) =>
        connection.CallAsync($"replace {name}", () => As(() => account.Replace(name, content, metadata, eTag)), Conflict, cancellationToken);

    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        connection.CallAsync($"delete {name}", () => As(() => account.Delete(name)), () => false, cancellationToken);

    public Task DeleteAsync(string name, string eTag, CancellationToken cancellationToken) => connection.CallAsync(
        $"delete {name}", () => As(() => account.Read(name)?.ETag == eTag && account.Delete(name)), () => false, cancellationToken);

    public Task<BlobPage> ListAsync(string prefix, string? continuation, int maxCount, CancellationToken cancellationToken)
    {
        var page = () => account.List(prefix, continuation, maxCount);
        return connection.CallAsync($"list {prefix}", page, page, cancellationToken);
    }

    private T As<T>(Func<T> effect)
    {
        account.Writer = connection;
        return effect();
    }

    private BlobWriting Conflict() => new(null, account.Time);
}
