using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Graphs.Encoders;

/// <summary>The inputs of an encoder's graph and the output with one number a row.</summary>
internal static class EncoderPorts
{
    /// <summary>Name of the output.</summary>
    public const string Logits = "logits";

    /// <summary>Declares an input with a number for each token.</summary>
    public static string Tokens(GraphWriter graph, string name) =>
        graph.Input(name, OnnxDataType.Int64, new OnnxDim(null, "rows"), new OnnxDim(null, "tokens"));

    /// <summary>Returns the first token of each row, [rows, 1, size], of [rows, tokens, size].</summary>
    public static string First(GraphWriter graph, string states) => graph.Call("Gather", [states, graph.Integers(0)], NodeAttribute.Integer("axis", 1));

    /// <summary>Declares the output: one number a row, as a 32-bit float.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="numbers">The numbers, [rows, 1, 1].</param>
    public static void Output(GraphWriter graph, string numbers)
    {
        if (graph.Type != OnnxDataType.Float)
        {
            numbers = graph.Call("Cast", [numbers], NodeAttribute.Integer("to", (long)OnnxDataType.Float));
        }

        graph.CallAs(Logits, "Reshape", [numbers, graph.Integers(-1, 1)]);
        graph.Output(Logits, OnnxDataType.Float, new OnnxDim(null, "rows"), new OnnxDim(1, null));
    }
}
