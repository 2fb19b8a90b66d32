using System.Globalization;

namespace RerankFunctions.Inference.Onnx;

/// <summary>How a <c>TensorProto</c> holds its data, read without touching the data.</summary>
internal readonly record struct OnnxTensorLayout
{
    public string Name { get; private init; }

    public int DataType { get; private init; }

    /// <summary>Whether the data lies in another file: <see cref="Location"/> from <see cref="Offset"/> on.</summary>
    public bool IsExternal { get; private init; }

    public string Location { get; private init; }

    public long Offset { get; private init; }

    /// <summary>Bytes in the other file as the tensor states them; null where it does not.</summary>
    public long? ExternalLength { get; private init; }

    public bool HasRaw { get; private init; }

    /// <summary>Where the data stands in the message: of <c>raw_data</c>, or of the packed field of its type.</summary>
    public Range Data { get; private init; }

    /// <summary>Number of the field that <see cref="Data"/> belongs to; 0 for none.</summary>
    public int DataField { get; private init; }

    /// <summary>Strings in <c>string_data</c>.</summary>
    public long Texts { get; private init; }

    /// <summary>Fields that hold data by its type: one when it is packed as a whole.</summary>
    public long Chunks { get; private init; }

    private long Typed { get; init; }

    /// <summary>Reads the layout.</summary>
    /// <param name="tensor">The message.</param>
    /// <param name="dims">Emptied, then given the dimensions.</param>
    /// <param name="maxDims">Dimensions at most.</param>
    /// <param name="count">Told of every field.</param>
    public static OnnxTensorLayout Read(ReadOnlySpan<byte> tensor, List<long> dims, int maxDims, Action count)
    {
        dims.Clear();
        var layout = new OnnxTensorLayout { Name = string.Empty, Location = string.Empty };
        for (var reader = new ProtoReader(tensor); reader.Next();)
        {
            count();
            switch (reader.Field)
            {
                case 1:
                    reader.ReadIntegers(dims, maxDims);
                    break;
                case 2:
                    layout = layout with { DataType = (int)Math.Clamp(reader.ReadInteger(), -1, int.MaxValue) };
                    break;
                case 8:
                    layout = layout with { Name = reader.ReadText() };
                    break;
                case 6:
                    layout = layout with { Texts = layout.Texts + 1 };
                    break;
                case 9:
                    reader.Require(ProtoReader.Bytes);
                    layout = layout with { HasRaw = true, DataField = 9, Data = reader.ValueStart..(reader.ValueStart + reader.ValueLength) };
                    break;
                case 4 or 5 or 7 or 10 or 11:
                    if (layout.Typed > 0 && !layout.HasRaw && layout.DataField != reader.Field)
                    {
                        throw new OnnxFormatException("a tensor in it has data of two types");
                    }

                    layout = layout with
                    {
                        Typed = layout.Typed + CountTyped(reader),
                        Chunks = layout.Chunks + 1,
                        DataField = layout.HasRaw ? layout.DataField : reader.Field,
                        Data = layout.HasRaw ? layout.Data : reader.ValueStart..(reader.ValueStart + reader.ValueLength),
                    };
                    break;
                case 13:
                    reader.Require(ProtoReader.Bytes);
                    layout = layout.WithExternalEntry(reader.Value);
                    break;
                case 14:
                    layout = layout with { IsExternal = reader.ReadInteger() == 1 };
                    break;
            }
        }

        return layout;
    }

    /// <summary>Whether the data in the file is as much as the shape asks for.</summary>
    public bool Holds(long elements, long bytes, int bits)
    {
        if (HasRaw)
        {
            return Typed == 0 && Data.End.Value - Data.Start.Value == bytes;
        }

        // int32_data packs types of less than a byte as many to an entry as a byte holds; complex numbers take two entries.
        var entries = DataType switch
        {
            14 or 15 => elements * 2,
            _ when bits < 8 => bytes,
            _ => elements,
        };
        return Typed == entries && (Typed == 0 || DataField == FieldOf(DataType));
    }

    private static int FieldOf(int dataType) => dataType switch
    {
        1 or 14 => 4,
        7 => 7,
        11 or 15 => 10,
        12 or 13 => 11,
        _ => 5,
    };

    private static long CountTyped(in ProtoReader reader)
    {
        var size = reader.Field switch { 4 => 4, 10 => 8, _ => 0 };
        if (size == 0)
        {
            return reader.CountIntegers();
        }

        if (reader.WireType == ProtoReader.Bytes)
        {
            return reader.ValueLength % size == 0 ? reader.ValueLength / size : throw new OnnxFormatException("a packed list of numbers in it is cut off");
        }

        reader.Require(size == 4 ? ProtoReader.Fixed32 : ProtoReader.Fixed64);
        return 1;
    }

    private OnnxTensorLayout WithExternalEntry(ReadOnlySpan<byte> entry)
    {
        string key = string.Empty, value = string.Empty;
        for (var reader = new ProtoReader(entry); reader.Next();)
        {
            if (reader.Field == 1)
            {
                key = reader.ReadText();
            }
            else if (reader.Field == 2)
            {
                value = reader.ReadText();
            }
        }

        return key switch
        {
            "location" => this with { Location = value },
            "offset" => this with { Offset = Number(value) },
            "length" => this with { ExternalLength = Number(value) },
            _ => this,
        };
    }

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new OnnxFormatException("a place of weights in it is no whole number");
}
