using System.Buffers.Binary;
using System.Globalization;
using F = RerankFunctions.Inference.Onnx.OnnxFields.Tensor;

namespace RerankFunctions.Inference.Onnx;

/// <summary>A constant of a graph (<c>TensorProto</c>): its shape, and single values read in place, in the file or beside it.</summary>
internal sealed class OnnxTensor
{
    private const int MaxDims = 64;
    private const int MaxReadIntegers = 64;

    // Entries of int32_data have no fixed size: all are read to find one.
    private const long MaxEntries = 1 << 22;

    private readonly OnnxTensorLayout _layout;

    private OnnxTensor(OnnxTensorLayout layout, IReadOnlyList<long> dims, ReadOnlyMemory<byte> encoded)
    {
        _layout = layout;
        Dims = dims;
        Encoded = encoded;
    }

    /// <summary>Its name.</summary>
    public string Name => _layout.Name;

    /// <summary>Its element type.</summary>
    public OnnxDataType DataType => _layout.DataType;

    /// <summary>Its shape.</summary>
    public IReadOnlyList<long> Dims { get; }

    /// <summary>The tensor as protobuf.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>Number of its elements.</summary>
    public long Elements => Dims.Aggregate(1L, (product, dim) => checked(product * dim));

    /// <summary>Whether <see cref="ReadFloats"/> can read its element type and encoding.</summary>
    public bool HasFloats =>
        DataType is OnnxDataType.Float or OnnxDataType.Float16 or OnnxDataType.BFloat16 or OnnxDataType.UInt8 or OnnxDataType.Int8 or OnnxDataType.Int32
        && (_layout.HasRaw || _layout.IsExternal || (_layout.DataField == F.Int32Data ? Elements <= MaxEntries : _layout.Chunks == 1));

    /// <summary>Reads a tensor in place.</summary>
    /// <exception cref="OnnxFormatException">It is damaged or ambiguous.</exception>
    public static OnnxTensor Read(ReadOnlyMemory<byte> encoded)
    {
        var dims = new List<long>();
        return new OnnxTensor(OnnxTensorLayout.Read(encoded.Span, dims, MaxDims), dims, encoded);
    }

    /// <summary>Creates a constant of 32-bit floats.</summary>
    public static OnnxTensor Create(string name, long[] dims, ReadOnlySpan<float> values) =>
        Read(Header(name, dims, OnnxDataType.Float).RawFloats(F.RawData, values).Written);

    /// <summary>Creates a constant of 64-bit whole numbers.</summary>
    public static OnnxTensor Create(string name, long[] dims, ReadOnlySpan<long> values) =>
        Read(Header(name, dims, OnnxDataType.Int64).RawIntegers(F.RawData, values).Written);

    /// <summary>Creates a constant of any type from its bytes, row-major and little-endian.</summary>
    public static OnnxTensor Create(string name, IReadOnlyList<long> dims, OnnxDataType type, ReadOnlySpan<byte> values) =>
        Read(Header(name, dims, type).Bytes(F.RawData, values).Written);

    /// <summary>Creates a constant whose values are in another file.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dims">Its shape.</param>
    /// <param name="type">Its element type.</param>
    /// <param name="location">Name of the file, relative to the graph's folder.</param>
    /// <param name="offset">Offset of the values in the file.</param>
    /// <param name="length">Number of their bytes.</param>
    public static OnnxTensor CreateExternal(string name, IReadOnlyList<long> dims, OnnxDataType type, string location, long offset, long length)
    {
        var tensor = Header(name, dims, type);
        OnnxEntry[] entries =
        [
            new(OnnxTensorLayout.LocationKey, location),
            new("offset", offset.ToString(CultureInfo.InvariantCulture)),
            new("length", length.ToString(CultureInfo.InvariantCulture)),
        ];
        foreach (var entry in entries)
        {
            tensor.Message(F.ExternalData, entry.Write());
        }

        return Read(tensor.Integer(F.DataLocation, 1).Written);
    }

    /// <summary>Reads every <paramref name="step"/>-th value as a float.</summary>
    /// <param name="first">Index of the first value, in row-major order.</param>
    /// <param name="step">Distance between values.</param>
    /// <param name="count">Number of values.</param>
    /// <param name="folder"><see cref="OnnxGraph.Folder"/>.</param>
    /// <exception cref="OnnxFormatException">The tensor does not have these values, or <see cref="HasFloats"/> is false.</exception>
    public float[] ReadFloats(long first, long step, int count, string folder)
    {
        if (!HasFloats)
        {
            throw NotReadable();
        }

        if (first < 0 || step < 0 || (count > 0 && first + (step * (count - 1)) >= Elements))
        {
            throw new OnnxFormatException($"tensor {PrintableName.Of(Name)} is smaller than expected");
        }

        var size = OnnxDataTypes.BitsOf(DataType)!.Value / 8;
        var values = new float[count];
        if (_layout.DataField == F.Int32Data && !_layout.HasRaw && !_layout.IsExternal)
        {
            var entries = new List<long>();
            for (var reader = new ProtoReader(Encoded.Span); reader.Next();)
            {
                if (reader.Field == F.Int32Data)
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

        using var file = _layout.IsExternal ? ExternalWeights.Open(folder, _layout.Location) : null;
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
                throw new OnnxFormatException($"tensor {PrintableName.Of(Name)} extends beyond the end of {PrintableName.Of(_layout.Location)}");
            }

            values[i] = FromBytes(value);
        }

        return values;
    }

    /// <summary>Reads a constant of up to 64 whole numbers of 64 bits inside the file; returns null for any other constant.</summary>
    public long[]? ReadIntegers()
    {
        if (DataType != OnnxDataType.Int64 || _layout.IsExternal || Elements > MaxReadIntegers)
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
            if (reader.Field == F.Int64Data)
            {
                reader.ReadIntegers(entries, MaxReadIntegers);
            }
        }

        return [.. entries];
    }

    private static ProtoWriter Header(string name, IReadOnlyList<long> dims, OnnxDataType type)
    {
        var tensor = new ProtoWriter();
        foreach (var dim in dims)
        {
            tensor.Integer(F.Dims, dim);
        }

        return tensor.Integer(F.DataType, (long)type).Text(F.Name, name);
    }

    private float FromEntry(long entry) => DataType switch
    {
        OnnxDataType.UInt8 or OnnxDataType.Int8 or OnnxDataType.Int32 => entry,
        OnnxDataType.Float16 => (float)BitConverter.UInt16BitsToHalf((ushort)entry),
        OnnxDataType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)(ushort)entry << 16),
        _ => throw NotReadable(),
    };

    private float FromBytes(ReadOnlySpan<byte> value) => DataType switch
    {
        OnnxDataType.Float => BinaryPrimitives.ReadSingleLittleEndian(value),
        OnnxDataType.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(value),
        OnnxDataType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(value) << 16),
        OnnxDataType.UInt8 => value[0],
        OnnxDataType.Int8 => (sbyte)value[0],
        OnnxDataType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(value),
        _ => throw NotReadable(),
    };

    private OnnxFormatException NotReadable() => new($"tensor {PrintableName.Of(Name)} has element type {DataType} in an encoding that is not supported");
}
