using RerankFunctions.Inference.ModelFolders;

namespace RerankFunctions.Inference.Onnx;

/// <summary>One walk over the protobuf of a model file, which <see cref="OnnxModelChecks"/> describes.</summary>
/// <param name="folder">Where weights beside the graph are looked for; null when only their names are wanted.</param>
internal sealed class OnnxModelWalk(string? folder)
{
    private const int MaxNesting = 16;
    private const int MaxMessages = 8_000_000;
    private const int MaxDims = 16;
    private const long MaxElements = 1L << 40;

    private readonly Dictionary<string, long> _external = new(StringComparer.Ordinal);
    private readonly List<long> _dims = [];
    private int _messages;

    public IReadOnlyCollection<string> Locations => _external.Keys;

    public void Model(ReadOnlySpan<byte> model)
    {
        var graphs = 0;
        for (var reader = new ProtoReader(model); reader.Next();)
        {
            Count();
            switch (reader.Field)
            {
                case 7:
                    Graph(Message(reader), 0);
                    graphs++;
                    break;
                case 8 or 14:
                    Message(reader);
                    break;
                case 25:
                    Function(Message(reader));
                    break;
            }
        }

        if (graphs != 1)
        {
            throw new OnnxFormatException(graphs == 0 ? "it holds no graph" : "it holds more than one graph");
        }
    }

    private void Graph(ReadOnlySpan<byte> graph, int nesting)
    {
        if (nesting > MaxNesting)
        {
            throw new OnnxFormatException($"its graphs are nested more than {MaxNesting} deep");
        }

        for (var reader = new ProtoReader(graph); reader.Next();)
        {
            Count();
            switch (reader.Field)
            {
                case 1:
                    Node(Message(reader), nesting);
                    break;
                case 5:
                    Tensor(Message(reader));
                    break;
                case 11 or 12 or 13:
                    Value(Message(reader));
                    break;
                case 15:
                    SparseTensor(Message(reader));
                    break;
            }
        }
    }

    private void Function(ReadOnlySpan<byte> function)
    {
        for (var reader = new ProtoReader(function); reader.Next();)
        {
            Count();
            switch (reader.Field)
            {
                case 7:
                    Node(Message(reader), 0);
                    break;
                case 11:
                    Attribute(Message(reader), 0);
                    break;
            }
        }
    }

    private void Node(ReadOnlySpan<byte> node, int nesting)
    {
        for (var reader = new ProtoReader(node); reader.Next();)
        {
            Count();
            switch (reader.Field)
            {
                case 1 or 2 or 4:
                    reader.ReadText();
                    break;
                case 5:
                    Attribute(Message(reader), nesting);
                    break;
            }
        }
    }

    private void Attribute(ReadOnlySpan<byte> attribute, int nesting)
    {
        for (var reader = new ProtoReader(attribute); reader.Next();)
        {
            Count();
            switch (reader.Field)
            {
                case 5 or 10:
                    Tensor(Message(reader));
                    break;
                case 6 or 11:
                    Graph(Message(reader), nesting + 1);
                    break;
                case 22 or 23:
                    SparseTensor(Message(reader));
                    break;
            }
        }
    }

    private void SparseTensor(ReadOnlySpan<byte> sparse)
    {
        for (var reader = new ProtoReader(sparse); reader.Next();)
        {
            Count();
            if (reader.Field is 1 or 2)
            {
                Tensor(Message(reader));
            }
        }
    }

    private static void Value(ReadOnlySpan<byte> value)
    {
        var parsed = OnnxValue.Read(value);
        if (parsed.Dims is { } dims && dims.Any(dim => dim.Value < 0))
        {
            throw new OnnxFormatException($"{PrintableName.Of(parsed.Name)} has a negative dimension");
        }
    }

    private void Tensor(ReadOnlySpan<byte> tensor)
    {
        var layout = OnnxTensorLayout.Read(tensor, _dims, MaxDims, Count);
        var name = PrintableName.Of(layout.Name);
        var bits = OnnxDataTypes.Bits(layout.DataType);
        if (bits < 0)
        {
            throw new OnnxFormatException($"tensor {name} has the unknown element type {layout.DataType}");
        }

        var elements = 1L;
        foreach (var dim in _dims)
        {
            if (dim < 0)
            {
                throw new OnnxFormatException($"tensor {name} has a negative dimension");
            }

            elements = dim != 0 && elements > MaxElements / dim ? throw new OnnxFormatException($"tensor {name} is too large") : elements * dim;
        }

        var bytes = ((elements * bits) + 7) / 8;
        if (layout.IsExternal)
        {
            External(layout, name, bits, bytes);
        }
        else if (bits == 0 ? layout.Texts != elements || layout.HasRaw : !layout.Holds(elements, bytes, bits))
        {
            throw new OnnxFormatException($"tensor {name} does not hold the data that its shape asks for");
        }
    }

    private void External(OnnxTensorLayout layout, string name, int bits, long bytes)
    {
        if (bits == 0)
        {
            throw new OnnxFormatException($"tensor {name} is text and cannot lie outside the file");
        }

        if (layout.ExternalLength is { } length && length != bytes)
        {
            throw new OnnxFormatException($"tensor {name} has {length} bytes of weights where its shape asks for {bytes}");
        }

        if (!_external.TryGetValue(layout.Location, out var available))
        {
            available = folder is null ? long.MaxValue : new FileInfo(ExternalWeights.Find(folder, layout.Location)).Length;
            _external.Add(layout.Location, available);
        }

        if (layout.Offset < 0 || layout.Offset > available || bytes > available - layout.Offset)
        {
            throw new OnnxFormatException($"tensor {name} goes beyond the end of {PrintableName.Of(layout.Location)}");
        }
    }

    private static ReadOnlySpan<byte> Message(in ProtoReader reader)
    {
        reader.Require(ProtoReader.Bytes);
        return reader.Value;
    }

    private void Count()
    {
        if (++_messages > MaxMessages)
        {
            throw new OnnxFormatException($"it has more than {MaxMessages} fields");
        }
    }
}
