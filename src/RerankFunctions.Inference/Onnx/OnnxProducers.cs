namespace RerankFunctions.Inference.Onnx;

/// <summary>The node or constant that produces each value of a graph, as of the time of its creation.</summary>
internal sealed class OnnxProducers
{
    // More than any exporter writes between a constant and its use. Ends a cycle in a damaged file, too.
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

    /// <summary>Returns the node that produces a value; null for inputs and initializers.</summary>
    public OnnxNode? NodeOf(string name) => _nodes.GetValueOrDefault(name);

    /// <summary>Returns the constant of this name; null if there is none.</summary>
    public OnnxTensor? ConstantOf(string name) => _constants.GetValueOrDefault(name);

    /// <summary>Follows a value back over <c>Identity</c>, and over <c>Cast</c> if asked, to the value that they pass on.</summary>
    public string Origin(string name, bool overCasts = false)
    {
        for (var step = 0; step < MaxSteps && NodeOf(name) is { Inputs.Count: 1 } node; step++)
        {
            if (!node.Is("Identity") && !(overCasts && node.Is("Cast")))
            {
                break;
            }

            name = node.Inputs[0];
        }

        return name;
    }
}
