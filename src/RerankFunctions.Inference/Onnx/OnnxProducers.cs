namespace RerankFunctions.Inference.Onnx;

/// <summary>Which node or constant gives each value of a graph: for following a value back to where it comes from. Of the graph as it stood when this was made.</summary>
internal sealed class OnnxProducers
{
    // Longer chains than any exporter writes between a constant and its use; a cycle in a damaged file ends here too.
    private const int MaxSteps = 16;

    private readonly Dictionary<string, OnnxNode> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxTensor> _constants = new(StringComparer.Ordinal);

    public OnnxProducers(OnnxGraph graph)
    {
        foreach (var tensor in graph.Initializers)
        {
            _constants[tensor.Name] = tensor;
        }

        foreach (var node in graph.Nodes)
        {
            foreach (var output in node.Outputs)
            {
                _nodes[output] = node;
            }

            if (node.Is("Constant") && node.Tensor("value") is { } value)
            {
                _constants[node.Outputs[0]] = value;
            }
        }
    }

    /// <summary>The node that gives a value; null for inputs and initializers.</summary>
    public OnnxNode? NodeOf(string name) => _nodes.GetValueOrDefault(name);

    /// <summary>The constant of this name.</summary>
    public OnnxTensor? ConstantOf(string name) => _constants.GetValueOrDefault(name);

    /// <summary>Goes back over <c>Identity</c>, and over <c>Cast</c> where asked, to the value that they pass on.</summary>
    public string Origin(string name, bool overCasts = false)
    {
        for (var step = 0; step < MaxSteps && NodeOf(name) is { } node && (node.Is("Identity") || (overCasts && node.Is("Cast"))) && node.Inputs.Count == 1; step++)
        {
            name = node.Inputs[0];
        }

        return name;
    }
}
