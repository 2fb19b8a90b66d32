using System.Diagnostics.CodeAnalysis;

namespace RerankFunctions.Fuzz.Mutations;

/// <summary>One field of a protobuf message, parsed without a schema: bytes that parse as a message count as one.</summary>
internal sealed class ProtoNode
{
    private const int MaxField = 40;

    public int Field { get; set; }

    public int Wire { get; set; }

    public ulong Number { get; set; }

    public byte[] Bytes { get; set; } = [];

    /// <summary>Bytes that its number or length has beyond those that it needs.</summary>
    public int Padding { get; set; }

    public List<ProtoNode>? Children { get; private init; }

    public static bool TryParse(ReadOnlySpan<byte> bytes, int depth, [NotNullWhen(true)] out List<ProtoNode>? nodes)
    {
        nodes = null;
        var found = new List<ProtoNode>();
        while (bytes.Length > 0)
        {
            if (!TryRead(ref bytes, out var key) || (key >> 3) is 0 or > MaxField)
            {
                return false;
            }

            var (field, wire) = ((int)(key >> 3), (int)(key & 7));
            if (wire == 0 && TryRead(ref bytes, out var number))
            {
                found.Add(new ProtoNode { Field = field, Wire = wire, Number = number });
            }
            else if (wire is 1 or 5 && bytes.Length >= (wire == 1 ? 8 : 4))
            {
                var size = wire == 1 ? 8 : 4;
                found.Add(new ProtoNode { Field = field, Wire = wire, Bytes = bytes[..size].ToArray() });
                bytes = bytes[size..];
            }
            else if (wire == 2 && TryRead(ref bytes, out var length) && length <= (ulong)bytes.Length)
            {
                var value = bytes[..(int)length];
                var inner = depth > 0 && !IsText(value) && TryParse(value, depth - 1, out var children) ? children : null;
                found.Add(new ProtoNode { Field = field, Wire = wire, Bytes = inner is null ? value.ToArray() : [], Children = inner });
                bytes = bytes[(int)length..];
            }
            else
            {
                return false;
            }
        }

        nodes = found;
        return true;
    }

    public static byte[] Write(List<ProtoNode> nodes)
    {
        var output = new MemoryStream();
        foreach (var node in nodes)
        {
            WriteVarint(output, ((ulong)node.Field << 3) | (uint)node.Wire);
            if (node.Wire == 0)
            {
                WriteVarint(output, node.Number, node.Padding);
                continue;
            }

            var bytes = node.Children is { } children ? Write(children) : node.Bytes;
            if (node.Wire == 2)
            {
                WriteVarint(output, (ulong)bytes.Length, node.Padding);
            }

            output.Write(bytes);
        }

        return output.ToArray();
    }

    /// <summary>Copies the field; the bytes are shared.</summary>
    public ProtoNode Copy() => new()
    {
        Field = Field,
        Wire = Wire,
        Number = Number,
        Bytes = Bytes,
        Padding = Padding,
        Children = Children?.ConvertAll(child => child.Copy()),
    };

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (b is < 32 or > 126)
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryRead(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private static void WriteVarint(MemoryStream output, ulong value, int padding = 0)
    {
        for (; value >= 0x80; value >>= 7)
        {
            output.WriteByte((byte)(value | 0x80));
        }

        for (; padding > 0; padding--)
        {
            output.WriteByte((byte)(value | 0x80));
            value = 0;
        }

        output.WriteByte((byte)value);
    }
}
