using System.Buffers.Text;

namespace StackExchange.Redis.Protocol;

/// <summary>Reads replies of version 2 of Redis' protocol, in bounds that no valid reply to this client's commands exceeds.</summary>
internal sealed class RespReader(Stream stream)
{
    private const int MaxLine = 64 * 1024;
    private const int MaxBulk = 16 * 1024 * 1024;
    private const int MaxItems = 1_000_000;
    private const int MaxDepth = 4;

    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>Reads a reply.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a reply.</exception>
    /// <exception cref="EndOfStreamException">The server closed the connection.</exception>
    public ValueTask<RespReply> ReadAsync(CancellationToken cancellationToken) => ReadAsync(0, cancellationToken);

    private static int Length(ReadOnlySpan<byte> text, int max) =>
        Utf8Parser.TryParse(text, out int length, out var used) && used == text.Length && length >= -1 && length <= max
            ? length
            : throw new InvalidDataException("The server sent a length that is not valid.");

    private async ValueTask<RespReply> ReadAsync(int depth, CancellationToken cancellationToken)
    {
        var line = await ReadLineAsync(cancellationToken);
        if (line.Length == 0)
        {
            throw new InvalidDataException("The server sent an empty line.");
        }

        switch (line[0])
        {
            case (byte)'+' or (byte)'-' or (byte)':':
                return new RespReply(line[0], line[1..]);
            case (byte)'$':
                var length = Length(line.AsSpan(1), MaxBulk);
                return length < 0 ? RespReply.Null : new RespReply(line[0], await ReadBulkAsync(length, cancellationToken));
            case (byte)'*' when depth < MaxDepth:
                var count = Length(line.AsSpan(1), MaxItems);
                var items = new List<RespReply>();
                while (items.Count < count)
                {
                    items.Add(await ReadAsync(depth + 1, cancellationToken));
                }

                return new RespReply(line[0], null, count < 0 ? null : items);
            default:
                throw new InvalidDataException("The server sent a reply of an unknown kind.");
        }
    }

    private async ValueTask<byte[]> ReadLineAsync(CancellationToken cancellationToken)
    {
        for (var searched = 0; ;)
        {
            var end = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (end >= 0)
            {
                end += _start + searched;
                if (end == _start || _buffer[end - 1] != '\r')
                {
                    throw new InvalidDataException("The server sent a line without its end.");
                }

                var line = _buffer[_start..(end - 1)];
                _start = end + 1;
                return line;
            }

            searched = _end - _start;
            if (searched >= MaxLine)
            {
                throw new InvalidDataException("The server sent a line that is too long.");
            }

            await FillAsync(cancellationToken);
        }
    }

    private async ValueTask<byte[]> ReadBulkAsync(int length, CancellationToken cancellationToken)
    {
        while (_end - _start < length + 2)
        {
            await FillAsync(cancellationToken);
        }

        var bulk = _buffer[_start..(_start + length)];
        if (_buffer[_start + length] != '\r' || _buffer[_start + length + 1] != '\n')
        {
            throw new InvalidDataException("The server sent a string without its end.");
        }

        _start += length + 2;
        return bulk;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read > 0 ? read : throw new EndOfStreamException("The server closed the connection.");
    }
}
