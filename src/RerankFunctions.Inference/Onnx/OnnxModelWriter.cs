namespace RerankFunctions.Inference.Onnx;

/// <summary>A model that is written from nothing: nodes, constants, inputs and outputs, in the order in which they are added.</summary>
/// <param name="operatorSet">Version of the standard operator set.</param>
internal sealed class OnnxModelWriter(long operatorSet)
{
    /// <summary>Domain of ONNX Runtime's own operators.</summary>
    public const string RuntimeDomain = "com.microsoft";

    // The version of the format that came with operator set 19.
    private const long IrVersion = 9;
    private const string Name = "rerank";

    private readonly List<OnnxNode> _nodes = [];
    private readonly List<OnnxTensor> _constants = [];
    private readonly List<OnnxValue> _inputs = [];
    private readonly List<OnnxValue> _outputs = [];

    /// <summary>Adds an operator call after those that produce its inputs.</summary>
    public void Add(OnnxNode node) => _nodes.Add(node);

    /// <summary>Adds a constant.</summary>
    public void Add(OnnxTensor constant) => _constants.Add(constant);

    /// <summary>Declares an input.</summary>
    public void AddInput(OnnxValue input) => _inputs.Add(input);

    /// <summary>Declares an output.</summary>
    public void AddOutput(OnnxValue output) => _outputs.Add(output);

    /// <summary>Encodes the model.</summary>
    public byte[] Write()
    {
        var graph = new ProtoWriter(1 << 16);
        _nodes.ForEach(node => graph.Bytes(OnnxFields.Graph.Node, node.Encoded.Span));
        graph.Text(OnnxFields.Graph.Name, Name);
        _constants.ForEach(constant => graph.Bytes(OnnxFields.Graph.Initializer, constant.Encoded.Span));
        _inputs.ForEach(value => graph.Message(OnnxFields.Graph.Input, value.Write()));
        _outputs.ForEach(value => graph.Message(OnnxFields.Graph.Output, value.Write()));
        return new ProtoWriter(graph.Written.Length + 256)
            .Integer(OnnxFields.Model.IrVersion, IrVersion)
            .Message(OnnxFields.Model.Graph, graph)
            .Message(OnnxFields.Model.OperatorSetImport, Import(string.Empty, operatorSet))
            .Message(OnnxFields.Model.OperatorSetImport, Import(RuntimeDomain, 1))
            .ToArray();
    }

    private static ProtoWriter Import(string domain, long version) =>
        new ProtoWriter(64).Text(OnnxFields.OperatorSet.Domain, domain).Integer(OnnxFields.OperatorSet.Version, version);
}
