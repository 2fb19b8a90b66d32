using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.Graphs.Linear;

/// <summary>Matrix products in the type of the model, with the weights as their file has them: [out, in], so that none is transposed and copied.</summary>
internal sealed class FloatLinear : LinearForm
{
    /// <inheritdoc/>
    public override string[] Write(GraphWriter graph, string input, params ReadOnlySpan<SafetensorsTensor> weights)
    {
        var products = new string[weights.Length];
        for (var i = 0; i < products.Length; i++)
        {
            products[i] = graph.CallRuntime("FusedMatMul", [input, graph.Matrix(weights[i])], NodeAttribute.Integer("transB", 1));
        }

        return products;
    }
}
