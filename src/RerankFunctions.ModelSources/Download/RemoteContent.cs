namespace RerankFunctions.ModelSources.Download;

/// <summary>An open download.</summary>
/// <param name="stream">The bytes from <see cref="Offset"/> on.</param>
/// <param name="offset">Where in the file the bytes start: what was asked for, or 0 when the server sends all of it again.</param>
/// <param name="validator">Strong ETag of what is sent, by which a later request asks for the rest of the same; null without one.</param>
/// <param name="owner">Closed with the stream.</param>
/// <param name="explain">Makes of a fault while reading what <see cref="IRemoteFolder.OpenAsync"/> throws for it; null for what it does not know.</param>
internal sealed class RemoteContent(
    Stream stream, long offset, string? validator, IDisposable? owner, Func<Exception, Exception?>? explain = null) : IAsyncDisposable
{
    public long Offset { get; } = offset;

    public string? Validator { get; } = validator;

    /// <summary>Reads the next bytes.</summary>
    /// <returns>How many; 0 at the end.</returns>
    /// <exception cref="IOException">The connection dropped.</exception>
    public async Task<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (!(e is OperationCanceledException && cancellationToken.IsCancellationRequested) && explain?.Invoke(e) is { } explained)
        {
            throw explained;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        owner?.Dispose();
    }
}
