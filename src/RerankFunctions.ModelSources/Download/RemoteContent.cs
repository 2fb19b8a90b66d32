namespace RerankFunctions.ModelSources.Download;

/// <summary>An open download.</summary>
/// <param name="stream">The bytes from <see cref="Offset"/> on.</param>
/// <param name="offset">Where in the file the bytes start: what was asked for, or 0 when the server sends all of it again.</param>
/// <param name="validator">Strong ETag of what is sent, by which a later request asks for the rest of the same; null without one.</param>
/// <param name="owner">Closed with the stream.</param>
internal sealed class RemoteContent(Stream stream, long offset, string? validator, IDisposable? owner) : IAsyncDisposable
{
    public Stream Stream { get; } = stream;

    public long Offset { get; } = offset;

    public string? Validator { get; } = validator;

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        owner?.Dispose();
    }
}
