using System.Globalization;
using F = RerankFunctions.Inference.Onnx.OnnxFields.Tensor;

namespace RerankFunctions.Inference.Onnx;

/// <summary>How a <c>TensorProto</c> holds its data, read without touching the data.</summary>
internal readonly record struct OnnxTensorLayout
{
    /// <summary>Key of the entry of <c>external_data</c> that names the file.</summary>
    public const string LocationKey = "location";

    public string Name { get; private init; }

    public OnnxDataType DataType { get; private init; }

    /// <summary>Whether the data is in another file: <see cref="Location"/>, from <see cref="Offset"/> on.</summary>
    public bool IsExternal { get; private init; }

    /// <summary>Name of the other file, relative to the graph's folder.</summary>
    public string Location { get; private init; }

    /// <summary>Offset of the data in the other file.</summary>
    public long Offset { get; private init; }

    /// <summary>Bytes of data in the other file as the tensor states them; null if it does not.</summary>
    public long? ExternalLength { get; private init; }

    /// <summary>Whether the data is in <c>raw_data</c>.</summary>
    public bool HasRaw { get; private init; }

    /// <summary>Range of the data in the message: <c>raw_data</c>, or the last field with data of the tensor's type.</summary>
    public Range Data { get; private init; }

    /// <summary>Number of the field that holds <see cref="Data"/>; 0 for none.</summary>
    public int DataField { get; private init; }

    /// <summary>Number of fields with data of the tensor's type. It is 1 for data that is packed into one.</summary>
    public int Chunks { get; private init; }

    /// <summary>Whether any data is in the message.</summary>
    public bool HasData => HasRaw || Chunks > 0 || Texts > 0;

    private long Texts { get; init; }

    private long Entries { get; init; }

    private bool HasLocation { get; init; }

    private bool HasOffset { get; init; }

    /// <summary>Reads the layout.</summary>
    /// <param name="tensor">The message.</param>
    /// <param name="dims">Receives the dimensions; emptied first.</param>
    /// <param name="maxDims">Maximum number of dimensions.</param>
    /// <exception cref="OnnxFormatException">The tensor is damaged or ambiguous.</exception>
    public static OnnxTensorLayout Read(ReadOnlySpan<byte> tensor, List<long> dims, int maxDims)
    {
        dims.Clear();
        var layout = new OnnxTensorLayout { Name = string.Empty, Location = string.Empty };
        for (var reader = new ProtoReader(tensor); reader.Next();)
        {
            switch (reader.Field)
            {
                case F.Dims:
                    reader.ReadIntegers(dims, maxDims);
                    break;
                case F.DataType:
                    layout = layout with { DataType = (OnnxDataType)reader.ReadInt32() };
                    break;
                case F.Name:
                    layout = layout with { Name = reader.ReadText() };
                    break;
                case F.Segment:
                    throw new OnnxFormatException("a tensor in it is stored in segments");
                case F.StringData:
                    layout = layout with { Texts = layout.Texts + 1 };
                    break;
                case F.RawData:
                    reader.Require(ProtoReader.Bytes);
                    layout = layout with { HasRaw = true, DataField = F.RawData, Data = RangeOf(reader) };
                    break;
                case F.FloatData or F.Int32Data or F.Int64Data or F.DoubleData or F.UInt64Data:
                    layout = layout.WithTyped(reader);
                    break;
                case F.ExternalData:
                    reader.Require(ProtoReader.Bytes);
                    layout = layout.WithExternalEntry(reader.Value);
                    break;
                case F.DataLocation:
                    layout = layout with { IsExternal = reader.ReadInt32() == 1 };
                    break;
            }
        }

        return layout;
    }

    /// <summary>Returns whether the data in the message is as much as the shape asks for.</summary>
    /// <param name="elements">Number of elements.</param>
    /// <param name="bytes">Bytes of all elements, packed.</param>
    /// <param name="bits">Bits of one element; 0 for text.</param>
    public bool Holds(long elements, long bytes, int bits)
    {
        if (bits == 0)
        {
            return Texts == elements && !HasRaw && Chunks == 0;
        }

        if (HasRaw || Texts > 0)
        {
            return Texts == 0 && Chunks == 0 && Data.End.Value - Data.Start.Value == bytes;
        }

        // An entry of int32_data holds as many elements of less than a byte as fit into a byte; complex numbers take two entries.
        var entries = DataType switch
        {
            OnnxDataType.Complex64 or OnnxDataType.Complex128 => elements * 2,
            _ when bits < 8 => bytes,
            _ => elements,
        };
        return Entries == entries && (Entries == 0 || DataField == FieldOf(DataType));
    }

    private static int FieldOf(OnnxDataType dataType) => dataType switch
    {
        OnnxDataType.Float or OnnxDataType.Complex64 => F.FloatData,
        OnnxDataType.Int64 => F.Int64Data,
        OnnxDataType.Double or OnnxDataType.Complex128 => F.DoubleData,
        OnnxDataType.UInt32 or OnnxDataType.UInt64 => F.UInt64Data,
        _ => F.Int32Data,
    };

    private static Range RangeOf(in ProtoReader reader) => reader.ValueStart..(reader.ValueStart + reader.ValueLength);

    private OnnxTensorLayout WithTyped(in ProtoReader reader)
    {
        if (Chunks > 0 && !HasRaw && DataField != reader.Field)
        {
            throw new OnnxFormatException("a tensor in it has data of two types");
        }

        var count = reader.Field switch
        {
            F.FloatData => reader.CountFixed(sizeof(float)),
            F.DoubleData => reader.CountFixed(sizeof(double)),
            _ => reader.CountIntegers(are32Bits: reader.Field == F.Int32Data),
        };
        return this with
        {
            Entries = Entries + count,
            Chunks = Chunks + 1,
            DataField = HasRaw ? DataField : reader.Field,
            Data = HasRaw ? Data : RangeOf(reader),
        };
    }

    private OnnxTensorLayout WithExternalEntry(ReadOnlySpan<byte> entry) => OnnxEntry.Read(entry) switch
    {
        (LocationKey, var value) when !HasLocation => this with { Location = value, HasLocation = true },
        ("offset", var value) when !HasOffset => this with { Offset = Number(value), HasOffset = true },
        ("length", var value) when ExternalLength is null => this with { ExternalLength = Number(value) },
        (LocationKey or "offset" or "length", _) => throw new OnnxFormatException("a tensor in it gives location, offset or length of its weights twice"),
        _ => this,
    };

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new OnnxFormatException("the offset or length of weights in it is not a whole number");
}
