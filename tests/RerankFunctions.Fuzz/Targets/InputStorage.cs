using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Storage;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Fuzz.Targets;

/// <summary>An input in memory, and the blobs that cutting writes.</summary>
internal sealed class InputStorage(byte[] input) : IBatchFiles, IBlobStore
{
    private readonly Dictionary<string, byte[]> _blobs = [];

    public Task<byte[]> ReadAsync(BatchInputBlob blob, long offset, int length, CancellationToken cancellationToken) =>
        Task.FromResult(input.AsSpan((int)offset, length).ToArray());

    public Task<BlobReading> ReadAsync(string name, string? knownETag, CancellationToken cancellationToken) => Task.FromResult(
        _blobs.TryGetValue(name, out var content) ? BlobReading.Found(content, "1", default) : BlobReading.Missing(default));

    public async Task<T?> ReadAsync<T>(string name, Func<Stream, CancellationToken, ValueTask<T>> read, CancellationToken cancellationToken)
    {
        if (!_blobs.TryGetValue(name, out var content))
        {
            return default;
        }

        using var stream = new MemoryStream(content);
        return await read(stream, cancellationToken);
    }

    public Task<BlobWriting> CreateAsync(
        string name, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken) =>
        Task.FromResult(new BlobWriting(_blobs.TryAdd(name, content.ToArray()) ? "1" : null, default));

    public Task<FileVersion?> FindAsync(string container, string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<FilePage> ListAsync(string container, string? continuation, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task StageAsync(string container, string name, string blockId, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<bool> CommitAsync(
        string container, string name, IReadOnlyList<string> blockIds, string writer, string? replaces, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task DeleteAsync(string container, string name, string eTag, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<BlobWriting> ReplaceAsync(
        string name, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string>? metadata, string eTag, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task DeleteAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeleteAsync(string name, string eTag, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<BlobPage> ListAsync(string prefix, string? continuation, int maxCount, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
