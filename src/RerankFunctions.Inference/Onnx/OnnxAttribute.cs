namespace RerankFunctions.Inference.Onnx;

/// <summary>Reads single values out of an encoded <c>AttributeProto</c>.</summary>
internal static class OnnxAttribute
{
    private const int MaxNumbers = 1 << 16;

    public static string Name(ReadOnlySpan<byte> attribute)
    {
        for (var reader = new ProtoReader(attribute); reader.Next();)
        {
            if (reader.Field == 1)
            {
                return reader.ReadText();
            }
        }

        return string.Empty;
    }

    public static long? Integer(ReadOnlySpan<byte> attribute)
    {
        for (var reader = new ProtoReader(attribute); reader.Next();)
        {
            if (reader.Field == 3)
            {
                return reader.ReadInteger();
            }
        }

        return null;
    }

    public static IReadOnlyList<long> Integers(ReadOnlySpan<byte> attribute)
    {
        var values = new List<long>();
        for (var reader = new ProtoReader(attribute); reader.Next();)
        {
            if (reader.Field == 8)
            {
                reader.ReadIntegers(values, MaxNumbers);
            }
        }

        return values;
    }

    public static OnnxTensor? Tensor(ReadOnlyMemory<byte> attribute)
    {
        for (var reader = new ProtoReader(attribute.Span); reader.Next();)
        {
            if (reader.Field == 5)
            {
                return OnnxTensor.Read(attribute.Slice(reader.ValueStart, reader.ValueLength));
            }
        }

        return null;
    }

    /// <summary>Adds the input names of all nodes, and the output names, of the graphs in an attribute.</summary>
    public static void CollectNames(ReadOnlyMemory<byte> attribute, HashSet<string> names)
    {
        for (var reader = new ProtoReader(attribute.Span); reader.Next();)
        {
            if (reader.Field is not (6 or 11))
            {
                continue;
            }

            for (var graph = new ProtoReader(reader.Value); graph.Next();)
            {
                if (graph.Field == 1)
                {
                    var node = OnnxNode.Read(attribute.Slice(reader.ValueStart + graph.ValueStart, graph.ValueLength));
                    names.UnionWith(node.Inputs);
                    node.CollectNamesOfSubgraphs(names);
                }
                else if (graph.Field == 12)
                {
                    names.Add(OnnxValue.Read(graph.Value).Name);
                }
            }
        }
    }
}
