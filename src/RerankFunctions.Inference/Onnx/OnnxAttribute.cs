namespace RerankFunctions.Inference.Onnx;

/// <summary>Reads values of an encoded <c>AttributeProto</c>.</summary>
internal static class OnnxAttribute
{
    private const int MaxNumbers = 1 << 16;

    /// <summary>Returns the name of an attribute.</summary>
    public static string NameOf(ReadOnlySpan<byte> attribute)
    {
        for (var reader = new ProtoReader(attribute); reader.Next();)
        {
            if (reader.Field == OnnxFields.Attribute.Name)
            {
                return reader.ReadText();
            }
        }

        return string.Empty;
    }

    /// <summary>Returns the whole number of an attribute; null if it holds none.</summary>
    public static long? Integer(ReadOnlySpan<byte> attribute)
    {
        for (var reader = new ProtoReader(attribute); reader.Next();)
        {
            if (reader.Field == OnnxFields.Attribute.Integer)
            {
                return reader.ReadInt64();
            }
        }

        return null;
    }

    /// <summary>Returns the list of whole numbers of an attribute.</summary>
    public static IReadOnlyList<long> Integers(ReadOnlySpan<byte> attribute)
    {
        var values = new List<long>();
        for (var reader = new ProtoReader(attribute); reader.Next();)
        {
            if (reader.Field == OnnxFields.Attribute.Integers)
            {
                reader.ReadIntegers(values, MaxNumbers);
            }
        }

        return values;
    }

    /// <summary>Returns the tensor of an attribute; null if it holds none.</summary>
    public static OnnxTensor? Tensor(ReadOnlyMemory<byte> attribute)
    {
        for (var reader = new ProtoReader(attribute.Span); reader.Next();)
        {
            if (reader.Field == OnnxFields.Attribute.Tensor)
            {
                return OnnxTensor.Read(attribute.Slice(reader.ValueStart, reader.ValueLength));
            }
        }

        return null;
    }

    /// <summary>Adds the names that the graphs of an attribute use: inputs of their nodes, and their outputs.</summary>
    public static void CollectNames(ReadOnlyMemory<byte> attribute, HashSet<string> names)
    {
        for (var reader = new ProtoReader(attribute.Span); reader.Next();)
        {
            if (reader.Field is not (OnnxFields.Attribute.Graph or OnnxFields.Attribute.Graphs))
            {
                continue;
            }

            for (var graph = new ProtoReader(reader.Value); graph.Next();)
            {
                if (graph.Field == OnnxFields.Graph.Node)
                {
                    var node = OnnxNode.Read(attribute.Slice(reader.ValueStart + graph.ValueStart, graph.ValueLength));
                    names.UnionWith(node.Inputs);
                    node.CollectNamesOfSubgraphs(names);
                }
                else if (graph.Field == OnnxFields.Graph.Output)
                {
                    names.Add(OnnxValue.Read(graph.Value).Name);
                }
            }
        }
    }
}
