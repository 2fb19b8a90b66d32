namespace RerankFunctions.ModelSources.Download;

/// <summary>The content of a remote file, open for reading.</summary>
/// <param name="stream">The bytes from <see cref="Offset"/> on.</param>
/// <param name="offset">Offset of the first byte in the file: the requested one, or 0 if the server sends the whole file.</param>
/// <param name="validator">Strong ETag of the content, with which a later request asks for the rest; null if there is none.</param>
/// <param name="owner">Disposed of with the stream.</param>
/// <param name="explain">Maps a failure while reading to the exception to throw; returns null to keep it.</param>
internal sealed class RemoteContent(
    Stream stream, long offset, string? validator, IDisposable? owner, Func<Exception, Exception?>? explain = null) : IAsyncDisposable
{
    /// <summary>Offset of the first byte in the file.</summary>
    public long Offset { get; } = offset;

    /// <summary>Strong ETag of the content; null if there is none.</summary>
    public string? Validator { get; } = validator;

    /// <summary>Reads the next bytes.</summary>
    /// <returns>Number of bytes; 0 at the end.</returns>
    /// <exception cref="IOException">The connection dropped.</exception>
    public async Task<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (explain?.Invoke(exception) is { } explained)
        {
            throw explained;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        owner?.Dispose();
    }
}
