using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace RerankFunctions.Inference.Onnx;

/// <summary>Writes protobuf fields one after another.</summary>
internal sealed class ProtoWriter(int capacity = 256)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(capacity);

    /// <summary>What was written so far.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    /// <summary>Returns the size of a field that holds bytes: key, length and value.</summary>
    public static long SizeOfBytes(int field, long length) => SizeOfVarint((ulong)field << 3) + SizeOfVarint((ulong)length) + length;

    /// <summary>Writes a whole number.</summary>
    public ProtoWriter Integer(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
        return this;
    }

    /// <summary>Writes a 32-bit float.</summary>
    public ProtoWriter Float(int field, float value)
    {
        Varint(((ulong)field << 3) | ProtoReader.Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(_buffer.GetSpan(sizeof(float)), value);
        _buffer.Advance(sizeof(float));
        return this;
    }

    /// <summary>Writes a text.</summary>
    public ProtoWriter Text(int field, string value)
    {
        Key(field, Encoding.UTF8.GetByteCount(value));
        Encoding.UTF8.GetBytes(value, _buffer);
        return this;
    }

    /// <summary>Writes bytes.</summary>
    public ProtoWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Key(field, value.Length);
        _buffer.Write(value);
        return this;
    }

    /// <summary>Writes a nested message.</summary>
    public ProtoWriter Message(int field, ProtoWriter message) => Bytes(field, message.Written.Span);

    /// <summary>Writes key and length of a field; the caller writes its value next.</summary>
    public ProtoWriter Key(int field, long length)
    {
        Varint(((ulong)field << 3) | ProtoReader.Bytes);
        Varint((ulong)length);
        return this;
    }

    /// <summary>Writes encoded fields unchanged.</summary>
    public ProtoWriter Fields(ReadOnlySpan<byte> fields)
    {
        _buffer.Write(fields);
        return this;
    }

    /// <summary>Writes numbers in the layout of a tensor's <c>raw_data</c>.</summary>
    public ProtoWriter RawFloats(int field, ReadOnlySpan<float> values)
    {
        Key(field, values.Length * sizeof(float));
        var target = _buffer.GetSpan(values.Length * sizeof(float));
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(target[(i * sizeof(float))..], values[i]);
        }

        _buffer.Advance(values.Length * sizeof(float));
        return this;
    }

    /// <summary>Writes numbers in the layout of a tensor's <c>raw_data</c>.</summary>
    public ProtoWriter RawIntegers(int field, ReadOnlySpan<long> values)
    {
        Key(field, values.Length * sizeof(long));
        var target = _buffer.GetSpan((values.Length * sizeof(long)) + 1);
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(target[(i * sizeof(long))..], values[i]);
        }

        _buffer.Advance(values.Length * sizeof(long));
        return this;
    }

    /// <summary>Returns what was written as an array, without a copy if the capacity fits exactly.</summary>
    public byte[] ToArray() =>
        MemoryMarshal.TryGetArray(_buffer.WrittenMemory, out var array) && array.Offset == 0 && array.Count == array.Array!.Length
            ? array.Array
            : _buffer.WrittenSpan.ToArray();

    private static int SizeOfVarint(ulong value)
    {
        var size = 1;
        for (; value > 0x7F; value >>= 7)
        {
            size++;
        }

        return size;
    }

    private void Varint(ulong value)
    {
        var target = _buffer.GetSpan(SizeOfVarint(value));
        var size = 0;
        for (; value > 0x7F; value >>= 7)
        {
            target[size++] = (byte)(value | 0x80);
        }

        target[size++] = (byte)value;
        _buffer.Advance(size);
    }
}
