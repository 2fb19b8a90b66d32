namespace RerankFunctions.Inference.Onnx;

/// <summary>
/// An ONNX model opened for rewriting: nodes, constants, inputs and outputs as lists, everything else unchanged.
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

    /// <summary>
    /// The folder that the names of weights beside the graph are relative to: that of the file, or of the real files of weights if they are links to elsewhere.
    /// </summary>
    public string Folder { get; }

    /// <summary>Version of the standard operator set.</summary>
    public long OperatorSet { get; private set; }

    /// <summary>Operator calls, each after those that produce its inputs.</summary>
    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>Constants.</summary>
    public List<OnnxTensor> Initializers { get; } = [];

    /// <summary>Declared inputs.</summary>
    public List<OnnxValue> Inputs { get; } = [];

    /// <summary>Declared outputs.</summary>
    public List<OnnxValue> Outputs { get; } = [];

    /// <summary>Opens a file that <see cref="OnnxFileValidation"/> accepted.</summary>
    /// <exception cref="OnnxFormatException">The file is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OnnxGraph Open(string path)
    {
        var file = MappedFile.Open(path);
        try
        {
            var (model, folder) = ExternalWeights.FollowLinks(file.Memory, Path.GetDirectoryName(Path.GetFullPath(path))!);
            var graph = new OnnxGraph(file, folder);
            graph.ReadModel(model);
            return graph;
        }
        catch
        {
            ((IDisposable)file).Dispose();
            throw;
        }
    }

    /// <summary>Removes nodes and constants that no output needs.</summary>
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

    /// <summary>Encodes the model, without the shapes of inner values, which ONNX Runtime infers.</summary>
    /// <exception cref="OnnxFormatException">The model is larger than an array.</exception>
    public byte[] Write()
    {
        var inputs = Inputs.ConvertAll(value => value.Write().Written);
        var outputs = Outputs.ConvertAll(value => value.Write().Written);
        var size = _graphFields.Sum(field => (long)field.Length)
            + Nodes.Sum(node => ProtoWriter.SizeOfBytes(OnnxFields.Graph.Node, node.Encoded.Length))
            + Initializers.Sum(tensor => ProtoWriter.SizeOfBytes(OnnxFields.Graph.Initializer, tensor.Encoded.Length))
            + inputs.Sum(value => ProtoWriter.SizeOfBytes(OnnxFields.Graph.Input, value.Length))
            + outputs.Sum(value => ProtoWriter.SizeOfBytes(OnnxFields.Graph.Output, value.Length));
        var total = _modelFields.Sum(field => (long)field.Length) + ProtoWriter.SizeOfBytes(OnnxFields.Model.Graph, size);
        if (total > Array.MaxLength)
        {
            throw new OnnxFormatException("it is too large to be rewritten");
        }

        var writer = new ProtoWriter((int)total);
        _modelFields.ForEach(field => writer.Fields(field.Span));
        writer.Key(OnnxFields.Model.Graph, size);
        _graphFields.ForEach(field => writer.Fields(field.Span));
        Nodes.ForEach(node => writer.Bytes(OnnxFields.Graph.Node, node.Encoded.Span));
        Initializers.ForEach(tensor => writer.Bytes(OnnxFields.Graph.Initializer, tensor.Encoded.Span));
        inputs.ForEach(value => writer.Bytes(OnnxFields.Graph.Input, value.Span));
        outputs.ForEach(value => writer.Bytes(OnnxFields.Graph.Output, value.Span));
        return writer.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => ((IDisposable)_file).Dispose();

    private void ReadModel(ReadOnlyMemory<byte> model)
    {
        for (var reader = new ProtoReader(model.Span); reader.Next();)
        {
            if (reader.Field == OnnxFields.Model.Graph)
            {
                ReadGraph(model.Slice(reader.ValueStart, reader.ValueLength));
                continue;
            }

            if (reader.Field == OnnxFields.Model.OperatorSetImport)
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
                case OnnxFields.Graph.Node:
                    Nodes.Add(OnnxNode.Read(value));
                    break;
                case OnnxFields.Graph.Initializer:
                    Initializers.Add(OnnxTensor.Read(value));
                    break;
                case OnnxFields.Graph.Input:
                    Inputs.Add(OnnxValue.Read(value.Span));
                    break;
                case OnnxFields.Graph.Output:
                    Outputs.Add(OnnxValue.Read(value.Span));
                    break;
                case OnnxFields.Graph.ValueInfo:
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
            if (reader.Field == OnnxFields.OperatorSet.Domain)
            {
                domain = reader.ReadText();
            }
            else if (reader.Field == OnnxFields.OperatorSet.Version)
            {
                version = reader.ReadInt64();
            }
        }

        if (domain is "" or "ai.onnx")
        {
            OperatorSet = version;
        }
    }
}
