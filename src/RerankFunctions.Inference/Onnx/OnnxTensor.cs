using System.Buffers.Binary;

namespace RerankFunctions.Inference.Onnx;

/// <summary>A constant of a graph (<c>TensorProto</c>): its shape, and single values read where they lie, in the file or beside it.</summary>
internal sealed class OnnxTensor
{
    private const int MaxDims = 64;

    // Values of int32_data, which has no fixed size of entries, are all read to find one.
    private const long MaxEntries = 1 << 22;

    private readonly OnnxTensorLayout _layout;

    private OnnxTensor(OnnxTensorLayout layout, IReadOnlyList<long> dims, ReadOnlyMemory<byte> encoded)
    {
        _layout = layout;
        Dims = dims;
        Encoded = encoded;
    }

    public string Name => _layout.Name;

    public OnnxDataType DataType => (OnnxDataType)_layout.DataType;

    public IReadOnlyList<long> Dims { get; }

    /// <summary>The tensor as protobuf.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    public long Elements => Dims.Aggregate(1L, (product, dim) => checked(product * dim));

    /// <summary>Whether <see cref="ReadFloats"/> knows the element type and the way that the data is kept.</summary>
    public bool HasFloats => DataType is OnnxDataType.Float or OnnxDataType.Float16 or OnnxDataType.BFloat16 or OnnxDataType.UInt8 or OnnxDataType.Int8 or OnnxDataType.Int32
        && (_layout.HasRaw || _layout.IsExternal || (_layout.DataField == 5 ? Elements <= MaxEntries : _layout.Chunks == 1));

    public static OnnxTensor Read(ReadOnlyMemory<byte> encoded)
    {
        var dims = new List<long>();
        return new OnnxTensor(OnnxTensorLayout.Read(encoded.Span, dims, MaxDims, static () => { }), dims, encoded);
    }

    /// <summary>A constant of 32-bit floats.</summary>
    public static OnnxTensor Create(string name, long[] dims, ReadOnlySpan<float> values) =>
        Read(Header(name, dims, OnnxDataType.Float).RawFloats(9, values).Written);

    /// <summary>A constant of 64-bit whole numbers.</summary>
    public static OnnxTensor Create(string name, long[] dims, ReadOnlySpan<long> values) =>
        Read(Header(name, dims, OnnxDataType.Int64).RawIntegers(9, values).Written);

    /// <summary>Reads every <paramref name="step"/>-th value as a float.</summary>
    /// <param name="first">Index of the first, in row-major order.</param>
    /// <param name="step">How far apart they are.</param>
    /// <param name="count">How many.</param>
    /// <param name="folder">The model file's folder, for weights beside it.</param>
    /// <exception cref="OnnxFormatException">It has no such values (<see cref="HasFloats"/>), or the data ends early.</exception>
    public float[] ReadFloats(long first, long step, int count, string folder)
    {
        if (!HasFloats)
        {
            throw Unknown();
        }

        if (first < 0 || step < 0 || (count > 0 && first + (step * (count - 1)) >= Elements))
        {
            throw new OnnxFormatException($"tensor {PrintableName.Of(Name)} is smaller than expected");
        }

        var size = OnnxDataTypes.Bits(_layout.DataType) / 8;
        var values = new float[count];
        if (_layout.DataField == 5 && !_layout.HasRaw && !_layout.IsExternal)
        {
            var entries = new List<long>();
            for (var reader = new ProtoReader(Encoded.Span); reader.Next();)
            {
                if (reader.Field == 5)
                {
                    reader.ReadIntegers(entries, int.MaxValue);
                }
            }

            for (var i = 0; i < count; i++)
            {
                values[i] = FromEntry(entries[checked((int)(first + (step * i)))]);
            }

            return values;
        }

        using var file = _layout.IsExternal ? File.OpenHandle(ExternalWeights.Find(folder, _layout.Location)) : null;
        Span<byte> value = stackalloc byte[16];
        value = value[..size];
        for (var i = 0; i < count; i++)
        {
            var at = checked((first + (step * i)) * size);
            if (file is null)
            {
                Encoded.Span[_layout.Data].Slice(checked((int)at), size).CopyTo(value);
            }
            else if (RandomAccess.Read(file, value, _layout.Offset + at) != size)
            {
                throw new OnnxFormatException($"tensor {PrintableName.Of(Name)} goes beyond the end of {PrintableName.Of(_layout.Location)}");
            }

            values[i] = FromBytes(value);
        }

        return values;
    }

    /// <summary>The values of a small constant of 64-bit whole numbers that lies in the file; null for any other.</summary>
    public long[]? ReadIntegers()
    {
        if (DataType != OnnxDataType.Int64 || _layout.IsExternal || Elements > 64)
        {
            return null;
        }

        if (_layout.HasRaw)
        {
            var raw = Encoded.Span[_layout.Data];
            var values = new long[raw.Length / sizeof(long)];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = BinaryPrimitives.ReadInt64LittleEndian(raw[(i * sizeof(long))..]);
            }

            return values;
        }

        var entries = new List<long>();
        for (var reader = new ProtoReader(Encoded.Span); reader.Next();)
        {
            if (reader.Field == 7)
            {
                reader.ReadIntegers(entries, 64);
            }
        }

        return [.. entries];
    }

    private static ProtoWriter Header(string name, long[] dims, OnnxDataType type)
    {
        var tensor = new ProtoWriter();
        foreach (var dim in dims)
        {
            tensor.Integer(1, dim);
        }

        return tensor.Integer(2, (long)type).Text(8, name);
    }

    private float FromEntry(long entry) => DataType switch
    {
        OnnxDataType.UInt8 or OnnxDataType.Int8 or OnnxDataType.Int32 => entry,
        OnnxDataType.Float16 => (float)BitConverter.UInt16BitsToHalf((ushort)entry),
        OnnxDataType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)(ushort)entry << 16),
        _ => throw Unknown(),
    };

    private float FromBytes(ReadOnlySpan<byte> value) => DataType switch
    {
        OnnxDataType.Float => BinaryPrimitives.ReadSingleLittleEndian(value),
        OnnxDataType.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(value),
        OnnxDataType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(value) << 16),
        OnnxDataType.UInt8 => value[0],
        OnnxDataType.Int8 => (sbyte)value[0],
        OnnxDataType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(value),
        _ => throw Unknown(),
    };

    private OnnxFormatException Unknown() => new($"tensor {PrintableName.Of(Name)} has element type {_layout.DataType} in a form that is not read here");
}
