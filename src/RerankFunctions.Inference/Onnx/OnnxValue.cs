namespace RerankFunctions.Inference.Onnx;

/// <summary>One dimension of a declared shape: a number, or a name (<c>dim_param</c>), or neither.</summary>
internal readonly record struct OnnxDim(long? Value, string? Name);

/// <summary>A declared input or output of a graph (<c>ValueInfoProto</c>).</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">Element type of a tensor; <see cref="OnnxDataType.Undefined"/> for other values.</param>
/// <param name="Dims">Its shape; null if none is declared.</param>
internal sealed record OnnxValue(string Name, OnnxDataType ElementType, IReadOnlyList<OnnxDim>? Dims)
{
    private const int MaxDims = 64;

    /// <summary>Reads a value.</summary>
    /// <exception cref="OnnxFormatException">It is damaged, or its shape has more than 64 dimensions.</exception>
    public static OnnxValue Read(ReadOnlySpan<byte> value)
    {
        var name = string.Empty;
        var element = OnnxDataType.Undefined;
        List<OnnxDim>? dims = null;
        for (var reader = new ProtoReader(value); reader.Next();)
        {
            if (reader.Field == OnnxFields.Value.Name)
            {
                name = reader.ReadText();
            }
            else if (reader.Field == OnnxFields.Value.Type)
            {
                reader.Require(ProtoReader.Bytes);
                for (var type = new ProtoReader(reader.Value); type.Next();)
                {
                    if (type.Field == OnnxFields.Type.Tensor)
                    {
                        type.Require(ProtoReader.Bytes);
                        (element, dims) = ReadTensor(type.Value);
                    }
                }
            }
        }

        return new OnnxValue(name, element, dims);
    }

    /// <summary>Encodes the value.</summary>
    public ProtoWriter Write()
    {
        var tensor = new ProtoWriter().Integer(OnnxFields.TensorType.ElementType, (long)ElementType);
        if (Dims is not null)
        {
            var shape = new ProtoWriter();
            foreach (var dim in Dims)
            {
                var written = new ProtoWriter(32);
                _ = dim switch
                {
                    { Value: { } value } => written.Integer(OnnxFields.Dim.Value, value),
                    { Name: { } name } => written.Text(OnnxFields.Dim.Name, name),
                    _ => written,
                };
                shape.Message(OnnxFields.Shape.Dim, written);
            }

            tensor.Message(OnnxFields.TensorType.Shape, shape);
        }

        return new ProtoWriter()
            .Text(OnnxFields.Value.Name, Name)
            .Message(OnnxFields.Value.Type, new ProtoWriter().Message(OnnxFields.Type.Tensor, tensor));
    }

    private static (OnnxDataType Element, List<OnnxDim>? Dims) ReadTensor(ReadOnlySpan<byte> tensor)
    {
        var element = OnnxDataType.Undefined;
        List<OnnxDim>? dims = null;
        for (var reader = new ProtoReader(tensor); reader.Next();)
        {
            if (reader.Field == OnnxFields.TensorType.ElementType)
            {
                element = (OnnxDataType)reader.ReadInt32();
            }
            else if (reader.Field == OnnxFields.TensorType.Shape)
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
            if (reader.Field != OnnxFields.Shape.Dim)
            {
                continue;
            }

            reader.Require(ProtoReader.Bytes);
            var dim = default(OnnxDim);
            for (var part = new ProtoReader(reader.Value); part.Next();)
            {
                dim = part.Field switch
                {
                    OnnxFields.Dim.Value => new OnnxDim(part.ReadInt64(), null),
                    OnnxFields.Dim.Name => new OnnxDim(null, part.ReadText()),
                    _ => dim,
                };
            }

            dims.Add(dims.Count < MaxDims ? dim : throw new OnnxFormatException($"a shape in it has more than {MaxDims} dimensions"));
        }

        return dims;
    }
}
