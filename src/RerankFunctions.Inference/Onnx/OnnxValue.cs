namespace RerankFunctions.Inference.Onnx;

/// <summary>One dimension of a declared shape: a number, or a name (<c>dim_param</c>), or neither.</summary>
internal readonly record struct OnnxDim(long? Value, string? Name);

/// <summary>A declared input or output of a graph (<c>ValueInfoProto</c>).</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">Element type of a tensor; <see cref="OnnxDataType.Undefined"/> for what is no tensor.</param>
/// <param name="Dims">Its shape, null where none is declared.</param>
internal sealed record OnnxValue(string Name, OnnxDataType ElementType, IReadOnlyList<OnnxDim>? Dims)
{
    private const int MaxDims = 64;

    public static OnnxValue Read(ReadOnlySpan<byte> value)
    {
        var name = string.Empty;
        var element = OnnxDataType.Undefined;
        List<OnnxDim>? dims = null;
        for (var reader = new ProtoReader(value); reader.Next();)
        {
            if (reader.Field == 1)
            {
                name = reader.ReadText();
            }
            else if (reader.Field == 2)
            {
                reader.Require(ProtoReader.Bytes);
                for (var type = new ProtoReader(reader.Value); type.Next();)
                {
                    if (type.Field == 1)
                    {
                        type.Require(ProtoReader.Bytes);
                        (element, dims) = ReadTensor(type.Value);
                    }
                }
            }
        }

        return new OnnxValue(name, element, dims);
    }

    public ProtoWriter Write()
    {
        var tensor = new ProtoWriter().Integer(1, (long)ElementType);
        if (Dims is not null)
        {
            var shape = new ProtoWriter();
            foreach (var dim in Dims)
            {
                var written = new ProtoWriter(32);
                _ = dim switch
                {
                    { Value: { } value } => written.Integer(1, value),
                    { Name: { } name } => written.Text(2, name),
                    _ => written,
                };
                shape.Message(1, written);
            }

            tensor.Message(2, shape);
        }

        return new ProtoWriter().Text(1, Name).Message(2, new ProtoWriter().Message(1, tensor));
    }

    private static (OnnxDataType Element, List<OnnxDim>? Dims) ReadTensor(ReadOnlySpan<byte> tensor)
    {
        var element = OnnxDataType.Undefined;
        List<OnnxDim>? dims = null;
        for (var reader = new ProtoReader(tensor); reader.Next();)
        {
            if (reader.Field == 1)
            {
                element = (OnnxDataType)Math.Clamp(reader.ReadInteger(), 0, int.MaxValue);
            }
            else if (reader.Field == 2)
            {
                reader.Require(ProtoReader.Bytes);
                dims = ReadShape(reader.Value);
            }
        }

        return (element, dims);
    }

    private static List<OnnxDim> ReadShape(ReadOnlySpan<byte> shape)
    {
        var dims = new List<OnnxDim>();
        for (var reader = new ProtoReader(shape); reader.Next();)
        {
            if (reader.Field != 1)
            {
                continue;
            }

            reader.Require(ProtoReader.Bytes);
            var dim = default(OnnxDim);
            for (var part = new ProtoReader(reader.Value); part.Next();)
            {
                dim = part.Field switch
                {
                    1 => new OnnxDim(part.ReadInteger(), null),
                    2 => new OnnxDim(null, part.ReadText()),
                    _ => dim,
                };
            }

            dims.Add(dims.Count < MaxDims ? dim : throw new OnnxFormatException($"a shape in it has more than {MaxDims} dimensions"));
        }

        return dims;
    }
}
