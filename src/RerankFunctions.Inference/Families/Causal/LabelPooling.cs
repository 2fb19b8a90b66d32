using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>The search for the padding token in a graph with one label.</summary>
internal static class LabelPooling
{
    /// <summary>
    /// Returns the padding token that the graph compares its tokens with to find the last one that differs (sequence classification of transformers);
    /// null when it does not.
    /// </summary>
    public static int? PadToken(OnnxGraph graph, string inputIds)
    {
        var producers = new OnnxProducers(graph);
        foreach (var node in graph.Nodes.Where(node => node.Is("Equal") && node.Inputs.Count == 2))
        {
            var other = producers.Origin(node.Inputs[0], overCasts: true) == inputIds ? node.Inputs[1]
                : producers.Origin(node.Inputs[1], overCasts: true) == inputIds ? node.Inputs[0] : null;
            if (other is not null && producers.ConstantOf(producers.Origin(other, overCasts: true))?.ReadIntegers() is [>= 0 and <= int.MaxValue and var pad])
            {
                return (int)pad;
            }
        }

        return null;
    }
}
