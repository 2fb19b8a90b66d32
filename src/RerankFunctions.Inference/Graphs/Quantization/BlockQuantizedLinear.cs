using System.Runtime.InteropServices;
using RerankFunctions.Inference.Graphs.Linear;
using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.Graphs.Quantization;

/// <summary>Matrix products with weights of 4 bits (<see cref="BlockQuantization"/>). Activations are floats.</summary>
internal sealed class BlockQuantizedLinear : LinearForm
{
    /// <inheritdoc/>
    public override string[] Write(GraphWriter graph, string input, params ReadOnlySpan<SafetensorsTensor> weights)
    {
        var products = new string[weights.Length];
        for (var i = 0; i < products.Length; i++)
        {
            products[i] = WriteProduct(graph, input, weights[i]);
        }

        return products;
    }

    private static string WriteProduct(GraphWriter graph, string input, SafetensorsTensor weight)
    {
        var quantization = new BlockQuantization(graph.Weights, weight);
        var (columns, inputs, blocks) = (weight.Dims[0], weight.Dims[1], quantization.Blocks);
        return graph.CallRuntime(
            "MatMulNBits",
            [
                input,
                graph.Converted(
                    $"{weight.Name} in 4 bits",
                    [columns, blocks, BlockQuantization.BlockSize * BlockQuantization.Bits / 8],
                    OnnxDataType.UInt8,
                    quantization.WriteWeights),
                graph.Converted(
                    $"{weight.Name} scales",
                    [columns * blocks],
                    OnnxDataType.Float,
                    target => quantization.WriteScales(MemoryMarshal.Cast<byte, float>(target))),
            ],
            NodeAttribute.Integer("K", inputs),
            NodeAttribute.Integer("N", columns),
            NodeAttribute.Integer("bits", BlockQuantization.Bits),
            NodeAttribute.Integer("block_size", BlockQuantization.BlockSize));
    }
}
