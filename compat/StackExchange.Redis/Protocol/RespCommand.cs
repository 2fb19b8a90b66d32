using System.Buffers;
using System.Globalization;
using System.Text;

namespace StackExchange.Redis.Protocol;

/// <summary>A command as an array of bulk strings.</summary>
internal sealed class RespCommand
{
    private readonly ArrayBufferWriter<byte> _bytes = new(64);

    public RespCommand(ReadOnlySpan<byte> name, int arguments)
    {
        Header('*', arguments + 1);
        Add(name);
    }

    public void Add(string argument) => Add(Encoding.UTF8.GetBytes(argument));

    public void Add(ReadOnlySpan<byte> argument)
    {
        Header('$', argument.Length);
        _bytes.Write(argument);
        _bytes.Write("\r\n"u8);
    }

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    private void Header(char kind, int number)
    {
        var line = _bytes.GetSpan(16);
        line[0] = (byte)kind;
        number.TryFormat(line[1..], out var written, provider: CultureInfo.InvariantCulture);
        "\r\n"u8.CopyTo(line[(written + 1)..]);
        _bytes.Advance(written + 3);
    }
}
