using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Graphs.Quantization;

/// <summary>
/// Activations in 8 bits, each token by its own largest magnitude, so that it does not depend on its neighbours. The scale of all is the constant 1/127.
/// </summary>
/// <param name="Numbers">Name of the numbers, uint8 [.., size], where 128 stands for 0.</param>
/// <param name="Magnitudes">Name of what they are multiplied with, [.., 1].</param>
internal readonly record struct QuantizedRows(string Numbers, string Magnitudes)
{
    private const byte ZeroNumber = 128;

    // Less than any magnitude that matters, and enough to divide by where a token is all zeros. Added, it keeps NaN, which a maximum may lose.
    private const float Tiny = 1e-30f;

    /// <summary>Writes the quantization of an input.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">Name of the input, [.., size], 32-bit floats.</param>
    public static QuantizedRows Write(GraphWriter graph, string input)
    {
        var largest = graph.Call("ReduceMax", [graph.Call("Abs", [input])], NodeAttribute.Integers("axes", -1));
        var magnitudes = graph.Call("Add", [largest, graph.Scalar(Tiny)]);
        var numbers = graph.Call("QuantizeLinear", [graph.Call("Div", [input, magnitudes]), Scale(graph), Zero(graph)]);
        return new QuantizedRows(numbers, magnitudes);
    }

    /// <summary>Returns the scale of the numbers.</summary>
    public static string Scale(GraphWriter graph) => graph.Scalar(1f / 127);

    /// <summary>Returns the number that stands for 0.</summary>
    public static string Zero(GraphWriter graph) => graph.Byte(ZeroNumber, OnnxDataType.UInt8);
}
