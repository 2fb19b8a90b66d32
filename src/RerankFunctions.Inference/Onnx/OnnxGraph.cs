using RerankFunctions.Inference.ModelFolders;

namespace RerankFunctions.Inference.Onnx;

/// <summary>
/// An ONNX model opened for rewriting: nodes, constants, inputs and outputs as lists, all else kept as it stands.
/// The file stays mapped until the model is disposed of; <see cref="Write"/> copies only what is still in the lists.
/// </summary>
internal sealed class OnnxGraph : IDisposable
{
    private readonly MappedFile _file;
    private readonly List<ReadOnlyMemory<byte>> _modelFields = [];
    private readonly List<ReadOnlyMemory<byte>> _graphFields = [];

    private OnnxGraph(MappedFile file, string folder)
    {
        _file = file;
        Folder = folder;
    }

    /// <summary>The folder of the file: where weights beside it lie.</summary>
    public string Folder { get; }

    /// <summary>Version of the standard operator set.</summary>
    public long OperatorSet { get; private set; }

    /// <summary>Operator calls in order: each after those whose outputs it takes.</summary>
    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>Constants.</summary>
    public List<OnnxTensor> Initializers { get; } = [];

    /// <summary>Declared inputs.</summary>
    public List<OnnxValue> Inputs { get; } = [];

    /// <summary>Declared outputs.</summary>
    public List<OnnxValue> Outputs { get; } = [];

    /// <summary>Opens a file that <see cref="OnnxModelChecks"/> found sound.</summary>
    /// <exception cref="OnnxFormatException">It is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static OnnxGraph Open(string path)
    {
        var file = MappedFile.Open(path);
        try
        {
            var graph = new OnnxGraph(file, Path.GetDirectoryName(Path.GetFullPath(path))!);
            graph.ReadModel(file.Memory);
            return graph;
        }
        catch
        {
            ((IDisposable)file).Dispose();
            throw;
        }
    }

    /// <summary>Takes out nodes and constants that no output needs.</summary>
    public void DropUnused()
    {
        var needed = new HashSet<string>(Outputs.Select(output => output.Name), StringComparer.Ordinal);
        var kept = new List<OnnxNode>(Nodes.Count);
        for (var i = Nodes.Count - 1; i >= 0; i--)
        {
            var node = Nodes[i];
            if (node.Outputs.Any(needed.Contains))
            {
                needed.UnionWith(node.Inputs);
                node.CollectNamesOfSubgraphs(needed);
                kept.Add(node);
            }
        }

        kept.Reverse();
        Nodes.Clear();
        Nodes.AddRange(kept);

        Initializers.RemoveAll(tensor => !needed.Contains(tensor.Name));
    }

    /// <summary>The model as a file, without shapes declared for inner values: ONNX Runtime works them out again.</summary>
    public byte[] Write()
    {
        var inputs = Inputs.ConvertAll(value => value.Write().Written);
        var outputs = Outputs.ConvertAll(value => value.Write().Written);
        var size = _graphFields.Sum(field => (long)field.Length)
            + Nodes.Sum(node => ProtoWriter.SizeOfBytes(1, node.Encoded.Length))
            + Initializers.Sum(tensor => ProtoWriter.SizeOfBytes(5, tensor.Encoded.Length))
            + inputs.Sum(value => ProtoWriter.SizeOfBytes(11, value.Length))
            + outputs.Sum(value => ProtoWriter.SizeOfBytes(12, value.Length));
        var total = _modelFields.Sum(field => (long)field.Length) + ProtoWriter.SizeOfBytes(7, size);
        if (total > Array.MaxLength)
        {
            throw new OnnxFormatException("it is too large to be rewritten");
        }

        var writer = new ProtoWriter((int)total);
        _modelFields.ForEach(field => writer.Fields(field.Span));
        writer.Key(7, size);
        _graphFields.ForEach(field => writer.Fields(field.Span));
        Nodes.ForEach(node => writer.Bytes(1, node.Encoded.Span));
        Initializers.ForEach(tensor => writer.Bytes(5, tensor.Encoded.Span));
        inputs.ForEach(value => writer.Bytes(11, value.Span));
        outputs.ForEach(value => writer.Bytes(12, value.Span));
        return writer.ToArray();
    }

    public void Dispose() => ((IDisposable)_file).Dispose();

    private void ReadModel(ReadOnlyMemory<byte> model)
    {
        for (var reader = new ProtoReader(model.Span); reader.Next();)
        {
            if (reader.Field == 7)
            {
                ReadGraph(model.Slice(reader.ValueStart, reader.ValueLength));
                continue;
            }

            if (reader.Field == 8)
            {
                ReadOperatorSet(reader.Value);
            }

            _modelFields.Add(model.Slice(reader.FieldStart, reader.FieldLength));
        }
    }

    private void ReadGraph(ReadOnlyMemory<byte> graph)
    {
        for (var reader = new ProtoReader(graph.Span); reader.Next();)
        {
            var value = graph.Slice(reader.ValueStart, reader.ValueLength);
            switch (reader.Field)
            {
                case 1:
                    Nodes.Add(OnnxNode.Read(value));
                    break;
                case 5:
                    Initializers.Add(OnnxTensor.Read(value));
                    break;
                case 11:
                    Inputs.Add(OnnxValue.Read(value.Span));
                    break;
                case 12:
                    Outputs.Add(OnnxValue.Read(value.Span));
                    break;
                case 13:
                    break;
                default:
                    _graphFields.Add(graph.Slice(reader.FieldStart, reader.FieldLength));
                    break;
            }
        }
    }

    private void ReadOperatorSet(ReadOnlySpan<byte> import)
    {
        var domain = string.Empty;
        var version = 0L;
        for (var reader = new ProtoReader(import); reader.Next();)
        {
            if (reader.Field == 1)
            {
                domain = reader.ReadText();
            }
            else if (reader.Field == 2)
            {
                version = reader.ReadInteger();
            }
        }

        if (domain is "" or "ai.onnx")
        {
            OperatorSet = version;
        }
    }
}
