using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Tests.Jobs.Simulation;

/// <summary>Blobs whose answers a defect changes.</summary>
internal sealed class PlantedBlobs(IBlobStore blobs) : IBlobStore
{
    /// <summary>Returns the time that the caller takes for storage's.</summary>
    public Func<DateTimeOffset, DateTimeOffset> Time { get; init; } = time => time;

    /// <summary>Whether the creation of a blob seems to succeed although one is there.</summary>
    public Func<string, bool> Overlooks { get; init; } = _ => false;

    public async Task<BlobReading> ReadAsync(string name, string? knownETag, CancellationToken cancellationToken)
    {
        var reading = await blobs.ReadAsync(name, knownETag, cancellationToken);
        return reading.IsFound ? BlobReading.Found(reading.Content, reading.ETag, Time(reading.Time))
            : reading.IsUnchanged ? BlobReading.Unchanged(Time(reading.Time))
            : BlobReading.Missing(Time(reading.Time));
    }

    public Task<T?> ReadAsync<T>(string name, Func<Stream, CancellationToken, ValueTask<T>> read, CancellationToken cancellationToken) =>
        blobs.ReadAsync(name, read, cancellationToken);

    public async Task<BlobWriting> CreateAsync(
        string name, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        var writing = await blobs.CreateAsync(name, content, metadata, cancellationToken);
        return new BlobWriting(Overlooks(name) ? writing.ETag ?? "\"overlooked\"" : writing.ETag, Time(writing.Time));
    }

    public async Task<BlobWriting> ReplaceAsync(
        string name, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string>? metadata, string eTag, CancellationToken cancellationToken)
    {
        var writing = await blobs.ReplaceAsync(name, content, metadata, eTag, cancellationToken);
        return writing with { Time = Time(writing.Time) };
    }

    public Task DeleteAsync(string name, CancellationToken cancellationToken) => blobs.DeleteAsync(name, cancellationToken);

    public Task DeleteAsync(string name, string eTag, CancellationToken cancellationToken) => blobs.DeleteAsync(name, eTag, cancellationToken);

    public async Task<BlobPage> ListAsync(string prefix, string? continuation, int maxCount, CancellationToken cancellationToken)
    {
        var page = await blobs.ListAsync(prefix, continuation, maxCount, cancellationToken);
        return page with { Time = Time(page.Time) };
    }
}
