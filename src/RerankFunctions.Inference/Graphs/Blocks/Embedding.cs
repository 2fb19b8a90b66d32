using RerankFunctions.Inference.Graphs.Weights;
using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.Graphs.Blocks;

/// <summary>Rows of a table, looked up by number. Tables stay in the type of their file: only rows that are looked up are converted.</summary>
internal static class Embedding
{
    /// <summary>Writes a look-up.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="table">The table, [numbers, size].</param>
    /// <param name="numbers">Name of the numbers, int64 of any shape.</param>
    /// <returns>Name of the rows in the type of the model, [.., size].</returns>
    public static string Write(GraphWriter graph, SafetensorsTensor table, string numbers)
    {
        // A table that is wider than the model would take more of a device's memory than the rest of it.
        var isWider = FloatConversion.SizeOf(table.DataType) > FloatConversion.SizeOf(graph.Type);
        var rows = graph.Call("Gather", [isWider ? graph.Matrix(table) : graph.Mapped(table), numbers], NodeAttribute.Integer("axis", 0));
        return isWider || table.DataType == graph.Type ? rows : graph.Call("Cast", [rows], NodeAttribute.Integer("to", (long)graph.Type));
    }
}
