using System.Runtime.InteropServices;
using RerankFunctions.Inference.Graphs.Linear;
using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.Graphs.Quantization;

/// <summary>
/// Matrix products of 8-bit numbers: weights with a scale a column, activations with a scale a token. Sums of whole numbers are exact in any order, so a
/// product is the same whatever stands beside a token.
/// </summary>
/// <param name="encoding">How weights are stored.</param>
/// <param name="floats">The products that stay in floats, counted in the order in which they are written.</param>
internal sealed class RowQuantizedLinear(WeightEncoding encoding, IReadOnlySet<int> floats) : LinearForm
{
    private readonly FloatLinear _floats = new();
    private int _written;

    /// <inheritdoc/>
    public override string[] Write(GraphWriter graph, string input, params ReadOnlySpan<SafetensorsTensor> weights)
    {
        if (floats.Contains(_written++))
        {
            return _floats.Write(graph, input, weights);
        }

        var rows = QuantizedRows.Write(graph, input);
        var products = new string[weights.Length];
        for (var i = 0; i < products.Length; i++)
        {
            products[i] = graph.Call("Mul", [WriteProduct(graph, rows.Numbers, weights[i]), rows.Magnitudes]);
        }

        return products;
    }

    private string WriteProduct(GraphWriter graph, string numbers, SafetensorsTensor weight)
    {
        var (type, name) = (encoding == WeightEncoding.Signed ? OnnxDataType.Int8 : OnnxDataType.UInt8, weight.Name);
        var quantization = new ColumnQuantization(graph.Weights, weight);
        return graph.CallRuntime(
            "MatMulIntegerToFloat",
            [
                numbers,
                graph.Converted($"{name} in 8 bits", [weight.Dims[1], weight.Dims[0]], type, target => quantization.WriteWeights(encoding, target)),
                QuantizedRows.Scale(graph),
                graph.Converted(
                    $"{name} scales", [weight.Dims[0]], OnnxDataType.Float, target => quantization.WriteScales(MemoryMarshal.Cast<byte, float>(target))),
                QuantizedRows.Zero(graph),
                graph.Byte(WeightEncodings.ZeroOf(encoding), type),
            ]);
    }
}
