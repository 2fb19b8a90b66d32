using RerankFunctions.Inference.Graphs.Blocks;
using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Graphs.Decoders;

/// <summary>Where tokens are and which of them others must not see. Padding stands behind a row, so that no token before it sees it.</summary>
/// <param name="Rotary">Turns by position.</param>
/// <param name="First">Name of the position of each row's first token, int64 [1].</param>
/// <param name="Last">Name of the position of each row's last token, int64 [rows, 1].</param>
/// <param name="Later">Name of what hides later tokens, [group × tokens, tokens].</param>
/// <param name="LaterThanLast">Name of what hides tokens after a row's last one, [rows, 1, tokens].</param>
internal sealed record Qwen3Places(RotaryPositions Rotary, string First, string Last, string Later, string LaterThanLast)
{
    /// <summary>Writes the places of a micro-batch.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="rotary">Turns by position.</param>
    /// <param name="ids">Name of the token ids, int64 [rows, tokens].</param>
    /// <param name="positions">Name of row and column of each last token, int64 [rows, 2].</param>
    /// <param name="first">Name of the number of tokens of the prefix, int64 [1].</param>
    /// <param name="group">Number of heads of queries that share a head of keys.</param>
    public static Qwen3Places Write(GraphWriter graph, RotaryPositions rotary, string ids, string positions, string first, int group)
    {
        var column = graph.Call("Gather", [positions, graph.Integers(1)], NodeAttribute.Integer("axis", 1));
        var length = graph.Call("Squeeze", [graph.Call("Gather", [graph.Call("Shape", [ids]), graph.Integers(1)], NodeAttribute.Integer("axis", 0))]);
        var range = graph.Call("Range", [graph.Whole(0), length, graph.Whole(1)]);
        var later = Hide(graph, range, graph.Call("Unsqueeze", [range, graph.Integers(1)]));
        var repeated = graph.Call("Tile", [later, graph.Integers(group, 1)]);
        var laterThanLast = graph.Call("Unsqueeze", [Hide(graph, range, column), graph.Integers(1)]);
        return new Qwen3Places(rotary, first, graph.Call("Add", [column, first]), repeated, laterThanLast);
    }

    private static string Hide(GraphWriter graph, string range, string last) => graph.Call(
        "Where", [graph.Call("Greater", [range, last]), graph.Scalar(Hidden.Score(graph.Type)), graph.Scalar(0)]);
}
