using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Graphs.Blocks;

/// <summary>A normalization to mean 0 and variance 1, or to a mean square of 1, times a weight.</summary>
/// <param name="Weight">Name of the weight, [size].</param>
/// <param name="Bias">Name of what is added at the end, [size]; empty for nothing.</param>
/// <param name="Epsilon">What is added to the variance.</param>
/// <param name="IsSimple">Whether the mean stays (RMSNorm).</param>
internal sealed record LayerNorm(string Weight, string Bias, float Epsilon, bool IsSimple = false)
{
    private NodeAttribute EpsilonAttribute => NodeAttribute.Float("epsilon", Epsilon);

    /// <summary>Writes the norm of an input over its last dimension.</summary>
    public string Write(GraphWriter graph, string input) => graph.Call(
        IsSimple ? "SimplifiedLayerNormalization" : "LayerNormalization",
        [input, Weight, Bias],
        NodeAttribute.Integer("axis", -1),
        EpsilonAttribute);

    /// <summary>Writes the norm of a sum.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">An addend, [rows, tokens, size].</param>
    /// <param name="skip">Another addend of the same shape.</param>
    /// <param name="bias">A vector that is added as well, [size]; empty for none.</param>
    /// <param name="needsSum">Whether the sum is needed, too.</param>
    /// <returns>The norm and the sum; the sum is empty if it is not needed.</returns>
    public (string Norm, string Sum) WriteSum(GraphWriter graph, string input, string skip, string bias, bool needsSum)
    {
        var results = IsSimple
            ? graph.CallRuntime("SkipSimplifiedLayerNormalization", [input, skip, Weight, bias], [true, false, false, needsSum], EpsilonAttribute)
            : graph.CallRuntime("SkipLayerNormalization", [input, skip, Weight, Bias, bias], [true, false, false, needsSum], EpsilonAttribute);
        return (results[0], results[3]);
    }
}
