using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace RerankFunctions.Inference.Onnx;

/// <summary>
/// Reads the fields of one protobuf message in place, one with each call of <see cref="Next"/>. It checks every length against the message
/// and allocates nothing.
/// Takes only what all parsers read alike: numbers in their shortest form, and 32-bit numbers that fit. Wire format: protobuf.dev/programming-guides/encoding.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int Bytes = 2;
    public const int Fixed32 = 5;

    private const ulong MaxFieldNumber = (1 << 29) - 1;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>Wire type of the current field.</summary>
    public int WireType { get; private set; }

    /// <summary>Bits of its value, if that is a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>Offset of its value in the message; for <see cref="Bytes"/>, after the length.</summary>
    public int ValueStart { get; private set; }

    /// <summary>Length of its value in bytes.</summary>
    public int ValueLength { get; private set; }

    /// <summary>Offset of its key in the message.</summary>
    public int FieldStart { get; private set; }

    /// <summary>Length of key and value in bytes.</summary>
    public readonly int FieldLength => ValueStart + ValueLength - FieldStart;

    public readonly ReadOnlySpan<byte> Value => _message.Slice(ValueStart, ValueLength);

    /// <summary>Reads the next field.</summary>
    /// <returns>False at the end of the message.</returns>
    /// <exception cref="OnnxFormatException">The message is cut off or not protobuf.</exception>
    public bool Next()
    {
        if (_position == _message.Length)
        {
            return false;
        }

        FieldStart = _position;
        var key = ReadVarint();
        WireType = (int)(key & 7);
        if (key >> 3 is 0 or > MaxFieldNumber)
        {
            throw new OnnxFormatException("it is not protobuf: a field number is out of range");
        }

        Field = (int)(key >> 3);
        ValueStart = _position;
        switch (WireType)
        {
            case Varint:
                Number = ReadVarint();
                break;
            case Fixed64:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case Fixed32:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            case Bytes:
                var length = ReadVarint();
                ValueStart = _position;
                Take(length);
                break;
            default:
                throw new OnnxFormatException($"it is not protobuf: wire type {WireType}");
        }

        ValueLength = _position - ValueStart;
        return true;
    }

    /// <summary>Reads the value as text.</summary>
    /// <exception cref="OnnxFormatException">The field does not hold UTF-8.</exception>
    public readonly string ReadText()
    {
        RequireText();
        return Encoding.UTF8.GetString(Value);
    }

    /// <summary>Reads the value as a 64-bit whole number.</summary>
    /// <exception cref="OnnxFormatException">The field does not hold a varint.</exception>
    public readonly long ReadInt64()
    {
        Require(Varint);
        return (long)Number;
    }

    /// <summary>Reads the value as a 32-bit whole number.</summary>
    /// <exception cref="OnnxFormatException">The field does not hold a varint of 32 bits.</exception>
    public readonly int ReadInt32()
    {
        Require(Varint);
        return Narrow((long)Number);
    }

    /// <summary>Appends the whole numbers of a repeated field, packed or single.</summary>
    /// <exception cref="OnnxFormatException">The field does not hold varints, or too many.</exception>
    public readonly void ReadIntegers(List<long> destination, int maxCount)
    {
        if (WireType == Varint)
        {
            destination.Add((long)Number);
        }
        else
        {
            Require(Bytes);
            var packed = new ProtoReader(Value);
            while (packed._position < packed._message.Length)
            {
                destination.Add((long)packed.ReadVarint());
                if (destination.Count > maxCount)
                {
                    break;
                }
            }
        }

        if (destination.Count > maxCount)
        {
            throw new OnnxFormatException($"a list of numbers in it has more than {maxCount} entries");
        }
    }

    /// <summary>Counts the whole numbers of a repeated field, packed or single.</summary>
    /// <param name="are32Bits">Whether each must fit into 32 bits.</param>
    /// <exception cref="OnnxFormatException">The field does not hold such numbers.</exception>
    public readonly long CountIntegers(bool are32Bits)
    {
        if (WireType == Varint)
        {
            _ = are32Bits ? Narrow((long)Number) : 0;
            return 1;
        }

        Require(Bytes);
        var count = 0L;
        for (var packed = new ProtoReader(Value); packed._position < packed._message.Length; count++)
        {
            var value = packed.ReadVarint();
            _ = are32Bits ? Narrow((long)value) : 0;
        }

        return count;
    }

    /// <summary>Counts the numbers of a fixed size in a repeated field, packed or single.</summary>
    /// <param name="size">Bytes of a number: 4 or 8.</param>
    /// <exception cref="OnnxFormatException">The field does not hold such numbers.</exception>
    public readonly long CountFixed(int size)
    {
        if (WireType == Bytes)
        {
            return ValueLength % size == 0 ? ValueLength / size : throw new OnnxFormatException("a packed list of numbers in it is cut off");
        }

        Require(size == sizeof(float) ? Fixed32 : Fixed64);
        return 1;
    }

    /// <summary>Requires that the field holds UTF-8.</summary>
    /// <exception cref="OnnxFormatException">It does not.</exception>
    public readonly void RequireText()
    {
        Require(Bytes);
        if (!Utf8.IsValid(Value))
        {
            throw new OnnxFormatException("a name in it is not UTF-8");
        }
    }

    /// <summary>Requires a wire type.</summary>
    /// <exception cref="OnnxFormatException">The field has another one.</exception>
    public readonly void Require(int wireType)
    {
        if (WireType != wireType)
        {
            throw new OnnxFormatException($"field {Field} of a message in it has wire type {WireType} instead of {wireType}");
        }
    }

    // Other parsers keep the low 32 bits of a larger number.
    private static int Narrow(long value) =>
        value is >= int.MinValue and <= int.MaxValue ? (int)value : throw new OnnxFormatException($"a 32-bit number in it is {value}");

    private ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70 && _position < _message.Length; shift += 7)
        {
            var part = _message[_position++];
            if (shift == 63 && part > 1)
            {
                throw new OnnxFormatException("it is not protobuf: a number has more than 64 bits");
            }

            value |= (ulong)(part & 0x7F) << shift;
            if (part >= 0x80)
            {
                continue;
            }

            // Parsers differ in how many bytes they take for a number; every writer uses the fewest.
            return part != 0 || shift == 0 ? value : throw new OnnxFormatException("a number in it has more bytes than it needs");
        }

        throw new OnnxFormatException("it is cut off, or not protobuf: a number does not end");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_message.Length - _position))
        {
            throw new OnnxFormatException("it is cut off, or not protobuf: a field is longer than its message");
        }

        var value = _message.Slice(_position, (int)length);
        _position += (int)length;
        return value;
    }
}
