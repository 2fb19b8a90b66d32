using System.Buffers;

namespace RerankFunctions.Contracts.Lines;

/// <summary>
/// Cuts a stream into lines. Lines end with LF or CR LF, the last one perhaps with neither; a byte-order mark at the start is skipped. It holds one line, and
/// nothing of a line that is too long.
/// </summary>
/// <param name="stream">The stream, which stays open.</param>
/// <param name="maxBytes">Maximum length of a line in bytes, without its end.</param>
/// <param name="isStart">Whether the stream is at the start of the input, where a byte-order mark can be.</param>
public sealed class LineReader(Stream stream, int maxBytes, bool isStart) : IDisposable
{
    private const int SmallBuffer = 64 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(SmallBuffer, maxBytes + 2));
    private int _start;
    private int _end;
    private bool _isStart = isStart;
    private bool _isEnd;

    /// <summary>The mark with which an input can begin.</summary>
    public static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads the next line.</summary>
    /// <returns>The line; null at the end of the stream.</returns>
    public async ValueTask<RawLine?> ReadAsync(CancellationToken cancellationToken)
    {
        var searched = 0;
        var skipped = 0L;
        while (true)
        {
            if (_buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n') is var index and >= 0)
            {
                return Take(searched + index + 1, skipped, hasEnd: true);
            }

            searched = _end - _start;
            if (skipped > 0 || searched > maxBytes + 1 + (_isStart ? ByteOrderMark.Length : 0))
            {
                // A line that is too long: its bytes are counted, not kept.
                skipped += searched;
                _start = _end = searched = 0;
            }

            if (_isEnd)
            {
                return searched + skipped == 0 ? null : Take(searched, skipped, hasEnd: false);
            }

            MakeRoom();
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            _end += read;
            _isEnd = read == 0;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = 0;
    }

    private RawLine Take(int length, long skipped, bool hasEnd)
    {
        var text = _buffer.AsMemory(_start, length);
        _start += length;
        var isFirst = _isStart;
        _isStart = false;
        if (skipped > 0)
        {
            return new RawLine(length + skipped, default, IsTooLong: true, hasEnd);
        }

        if (hasEnd)
        {
            text = text[..^1];
        }

        if (text.Span.EndsWith("\r"u8))
        {
            text = text[..^1];
        }

        if (isFirst && text.Span.StartsWith(ByteOrderMark))
        {
            text = text[ByteOrderMark.Length..];
        }

        var isTooLong = text.Length > maxBytes;
        return new RawLine(length, isTooLong ? default : text, isTooLong, hasEnd);
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end < _buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * _buffer.Length, maxBytes + (long)SmallBuffer));
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
