using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>How a graph with one label finds the token that it reads the label at.</summary>
internal static class LabelPooling
{
    /// <summary>The padding token that the graph compares its tokens with, to take the last that differs (transformers' sequence classification); null when it does not.</summary>
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
