using RerankFunctions.Batches.Protocol;

namespace RerankFunctions.Batches.Storage;

/// <summary>An input as a stream. It reads parts of one version in turn, the next one while the caller works on the one before.</summary>
public sealed class InputStream(IBatchFiles files, BatchInputBlob input, CancellationToken stop) : Stream
{
    private const int PartBytes = 4 * 1024 * 1024;

    private Task<byte[]>? _next;
    private byte[] _part = [];
    private int _used;
    private long _asked;

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => false;

    /// <inheritdoc />
    public override long Length => input.Bytes;

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    /// <exception cref="InputChangedException">The input has another version, or is gone.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_used == _part.Length)
        {
            _next ??= Ask();
            if (_next is null)
            {
                return 0;
            }

            _part = await _next;
            _used = 0;
            _next = Ask();
        }

        var count = Math.Min(buffer.Length, _part.Length - _used);
        _part.AsMemory(_used, count).CopyTo(buffer);
        _used += count;
        return count;
    }

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private Task<byte[]>? Ask()
    {
        var length = (int)Math.Min(PartBytes, input.Bytes - _asked);
        if (length <= 0)
        {
            return null;
        }

        var part = files.ReadAsync(input, _asked, length, stop);
        _asked += length;

        // A part that nobody waits for any more may fail unseen.
        _ = part.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return part;
    }
}
