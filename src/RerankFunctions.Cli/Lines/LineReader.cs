namespace RerankFunctions.Cli.Lines;

/// <summary>
/// Reads the lines of a stream that are not blank. A byte order mark is skipped, lines end with LF or CR LF, and the last one may have no end. Memory is
/// bounded by the longest allowed line: the rest of a longer one is skipped.
/// </summary>
/// <param name="stream">The stream, which stays open.</param>
/// <param name="maxBytes">Longest line that is read, in bytes.</param>
internal sealed class LineReader(Stream stream, int maxBytes)
{
    private const int FirstBytes = 64 * 1024;

    private byte[] _buffer = new byte[FirstBytes];
    private int _start;
    private int _end;
    private long _number;
    private bool _isAtEnd;

    /// <summary>Bytes of the stream that the lines so far take, with their ends.</summary>
    public long Position { get; private set; }

    /// <summary>Reads the next line that is not blank; null at the end.</summary>
    public async ValueTask<TextLine?> ReadAsync(CancellationToken cancellationToken)
    {
        while (await ReadAnyAsync(cancellationToken) is { } line)
        {
            if (line.IsTooLong || line.Bytes.Length > 0)
            {
                return line;
            }
        }

        return null;
    }

    private async ValueTask<TextLine?> ReadAnyAsync(CancellationToken cancellationToken)
    {
        var searched = 0;
        var isTooLong = false;
        while (true)
        {
            var found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                return Take(searched + found, hasEnd: true, isTooLong);
            }

            searched = _end - _start;
            if (searched > maxBytes)
            {
                isTooLong = true;
                Position += searched;
                (_start, _end, searched) = (0, 0, 0);
            }

            if (!await FillAsync(cancellationToken))
            {
                return searched > 0 || isTooLong ? Take(searched, hasEnd: false, isTooLong) : null;
            }
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_isAtEnd)
        {
            return false;
        }

        if (_end == _buffer.Length)
        {
            MakeRoom();
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read;
        _isAtEnd = read == 0;
        return read > 0;
    }

    private void MakeRoom()
    {
        var target = _start > 0 ? _buffer : new byte[(int)Math.Min(2L * _buffer.Length, maxBytes + (long)FirstBytes)];
        Buffer.BlockCopy(_buffer, _start, target, 0, _end - _start);
        (_buffer, _start, _end) = (target, 0, _end - _start);
    }

    private TextLine Take(int length, bool hasEnd, bool isTooLong)
    {
        var bytes = _buffer.AsSpan(_start, length);
        var taken = length + (hasEnd ? 1 : 0);
        _start += taken;
        Position += taken;
        if (++_number == 1 && bytes.StartsWith("\uFEFF"u8))
        {
            bytes = bytes[3..];
        }

        isTooLong |= bytes.Length > maxBytes;
        return new TextLine(_number, isTooLong ? default : bytes.Trim(" \t\r"u8).ToArray(), isTooLong, hasEnd);
    }
}
