using System.Buffers;
using System.Security.Cryptography;

namespace RerankFunctions.ModelSources.Download;

/// <summary>A file during its download, hashed as it grows.</summary>
internal sealed class PartialFile : IAsyncDisposable
{
    private const int BufferSize = 1 << 20;

    private readonly FileStream _stream;
    private readonly RemoteFile _file;
    private IncrementalHash? _hash;

    private PartialFile(string path, RemoteFile file)
    {
        _file = file;
        _stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0, useAsync: true);
        _hash = file.Digest?.Start(file.Size);
    }

    /// <summary>Number of bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>Whether it holds bytes from before it was opened.</summary>
    public bool HasEarlierBytes { get; private set; }

    /// <summary>Whether the file has its full size.</summary>
    public bool IsComplete => Length == _file.Size;

    /// <summary>Opens a file and hashes what an earlier try left of it.</summary>
    public static async Task<PartialFile> OpenAsync(string path, RemoteFile file, CancellationToken cancellationToken)
    {
        var partial = new PartialFile(path, file);
        try
        {
            await partial.ReadPresentAsync(cancellationToken);
            return partial;
        }
        catch
        {
            await partial.DisposeAsync();
            throw;
        }
    }

    /// <summary>Appends bytes.</summary>
    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(bytes, cancellationToken);
        _hash?.AppendData(bytes.Span);
        Length += bytes.Length;
    }

    /// <summary>Removes all bytes.</summary>
    public void Restart()
    {
        _stream.SetLength(0);
        _hash?.Dispose();
        _hash = _file.Digest?.Start(_file.Size);
        Length = 0;
        HasEarlierBytes = false;
    }

    /// <summary>Returns whether the complete file has the listed hash; true if the server lists none.</summary>
    public bool HasListedHash() =>
        _hash is null || Convert.ToHexStringLower(_hash.GetHashAndReset()) == _file.Digest!.Hex;

    /// <summary>Flushes all bytes to the disk, so that a file with its final name is never incomplete after a crash.</summary>
    public void FlushToDisk() => _stream.Flush(flushToDisk: true);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _hash?.Dispose();
        await _stream.DisposeAsync();
    }

    private async Task ReadPresentAsync(CancellationToken cancellationToken)
    {
        if (_stream.Length > _file.Size)
        {
            _stream.SetLength(0);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await _stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                _hash?.AppendData(buffer, 0, read);
                Length += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        HasEarlierBytes = Length > 0;
    }
}
