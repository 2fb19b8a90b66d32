using System.Text;

namespace RerankFunctions.Inference.Onnx;

/// <summary>
/// Reads the fields of one protobuf message in place, one <see cref="Next"/> each. Every length is checked against the message, nothing is allocated.
/// Wire format: protobuf.dev/programming-guides/encoding.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int Bytes = 2;
    public const int Fixed32 = 5;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;

    /// <summary>Number of the field last read.</summary>
    public int Field { get; private set; }

    /// <summary>Wire type of the field last read.</summary>
    public int WireType { get; private set; }

    /// <summary>Its value when it is a number: the bits as they stand.</summary>
    public ulong Number { get; private set; }

    /// <summary>Where its value starts in the message; for <see cref="Bytes"/> after the length.</summary>
    public int ValueStart { get; private set; }

    /// <summary>Bytes of its value.</summary>
    public int ValueLength { get; private set; }

    /// <summary>Where its key starts in the message; it ends with its value.</summary>
    public int FieldStart { get; private set; }

    public readonly int FieldLength => ValueStart + ValueLength - FieldStart;

    public readonly ReadOnlySpan<byte> Value => _message.Slice(ValueStart, ValueLength);

    /// <summary>Reads the next field.</summary>
    /// <returns>False at the end of the message.</returns>
    /// <exception cref="OnnxFormatException">The message is cut off or is no protobuf.</exception>
    public bool Next()
    {
        if (_position == _message.Length)
        {
            return false;
        }

        FieldStart = _position;
        var key = ReadVarint();
        WireType = (int)(key & 7);
        if (key >> 3 is 0 or > 536_870_911)
        {
            throw new OnnxFormatException("it is no protobuf: a field number is out of range");
        }

        Field = (int)(key >> 3);
        ValueStart = _position;
        switch (WireType)
        {
            case Varint:
                Number = ReadVarint();
                break;
            case Fixed64:
                Number = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case Fixed32:
                Number = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            case Bytes:
                var length = ReadVarint();
                ValueStart = _position;
                Take(length);
                break;
            default:
                throw new OnnxFormatException($"it is no protobuf: wire type {WireType}");
        }

        ValueLength = _position - ValueStart;
        return true;
    }

    /// <summary>The value as text.</summary>
    /// <exception cref="OnnxFormatException">The field is no text.</exception>
    public readonly string ReadText()
    {
        Require(Bytes);
        try
        {
            return StrictUtf8.GetString(Value);
        }
        catch (DecoderFallbackException)
        {
            throw new OnnxFormatException("a name in it is not UTF-8");
        }
    }

    /// <summary>The value as a whole number.</summary>
    /// <exception cref="OnnxFormatException">The field is no varint.</exception>
    public readonly long ReadInteger()
    {
        Require(Varint);
        return (long)Number;
    }

    /// <summary>Appends a repeated whole number, packed or single.</summary>
    public readonly void ReadIntegers(List<long> destination, int most)
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
                if (destination.Count > most)
                {
                    break;
                }
            }
        }

        if (destination.Count > most)
        {
            throw new OnnxFormatException($"a list of numbers in it has more than {most} entries");
        }
    }

    /// <summary>Counts a repeated varint, packed or single.</summary>
    public readonly long CountIntegers()
    {
        if (WireType == Varint)
        {
            return 1;
        }

        Require(Bytes);
        var count = 0L;
        for (var packed = new ProtoReader(Value); packed._position < packed._message.Length; count++)
        {
            packed.ReadVarint();
        }

        return count;
    }

    /// <exception cref="OnnxFormatException">The field has another wire type.</exception>
    public readonly void Require(int wireType)
    {
        if (WireType != wireType)
        {
            throw new OnnxFormatException($"field {Field} of a message in it has wire type {WireType} instead of {wireType}");
        }
    }

    private ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_position == _message.Length)
            {
                break;
            }

            var part = _message[_position++];
            if (shift == 63 && part > 1)
            {
                break;
            }

            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new OnnxFormatException("it is cut off, or no protobuf: a number does not end");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_message.Length - _position))
        {
            throw new OnnxFormatException("it is cut off, or no protobuf: a field is longer than what holds it");
        }

        var value = _message.Slice(_position, (int)length);
        _position += (int)length;
        return value;
    }
}
