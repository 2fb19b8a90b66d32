using System.IO.Compression;
using System.Security.Cryptography;

namespace RerankFunctions.Batches.Lines;

/// <summary>The text of an input, inflated if it is gzip, while the SHA-256 of its bytes is computed.</summary>
internal sealed class InputText : IDisposable
{
    private const int SkipBytes = 64 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly HashedStream _bytes;

    private InputText(Stream bytes, byte[] start)
    {
        _bytes = new HashedStream(bytes, _hash, start);
        IsCompressed = start.AsSpan().StartsWith(Magic);
        Stream = IsCompressed ? new GZipStream(_bytes, CompressionMode.Decompress, leaveOpen: true) : _bytes;
    }

    /// <summary>The text. Reading throws <see cref="InvalidDataException"/> where compressed bytes are damaged.</summary>
    public Stream Stream { get; }

    /// <summary>Whether the input is compressed.</summary>
    public bool IsCompressed { get; }

    private static ReadOnlySpan<byte> Magic => [0x1F, 0x8B];

    /// <summary>Opens an input. Its first two bytes tell whether it is gzip.</summary>
    public static async Task<InputText> OpenAsync(Stream bytes, CancellationToken cancellationToken)
    {
        var start = new byte[Magic.Length];
        var count = 0;
        while (count < start.Length && await bytes.ReadAsync(start.AsMemory(count), cancellationToken) is var read and > 0)
        {
            count += read;
        }

        return new InputText(bytes, start[..count]);
    }

    /// <summary>Skips text that was read before.</summary>
    /// <exception cref="InvalidDataException">The text is shorter.</exception>
    public async Task SkipAsync(long count, CancellationToken cancellationToken)
    {
        var buffer = new byte[SkipBytes];
        while (count > 0)
        {
            var read = await Stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), cancellationToken);
            count -= read > 0 ? read : throw new InvalidDataException("The input is shorter than before.");
        }
    }

    /// <summary>Reads what follows the text, and returns the SHA-256 of all bytes in hexadecimal.</summary>
    public async Task<string> HashAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[SkipBytes];
        while (await _bytes.ReadAsync(buffer, cancellationToken) > 0)
        {
        }

        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Stream.Dispose();
        _bytes.Dispose();
        _hash.Dispose();
    }

    private sealed class HashedStream(Stream bytes, IncrementalHash hash, byte[] start) : Stream
    {
        private int _used;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read;
            if (_used < start.Length)
            {
                read = Math.Min(buffer.Length, start.Length - _used);
                start.AsMemory(_used, read).CopyTo(buffer);
                _used += read;
            }
            else
            {
                read = await bytes.ReadAsync(buffer, cancellationToken);
            }

            hash.AppendData(buffer.Span[..read]);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
