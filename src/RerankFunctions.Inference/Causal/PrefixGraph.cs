using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Causal;

/// <summary>
/// Lets all rows of a run share one row of past keys and values, and lets a run keep those of its first row for later ones.
/// </summary>
internal static class PrefixGraph
{
    private const string Shape = "rerank.rows_shape";

    /// <summary>Rewrites the graph: past inputs take one row, <see cref="CausalGraph.KeptNameOf"/> outputs give as many rows as <see cref="CausalGraph.KeptRows"/> says.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="pasts">Its past inputs.</param>
    /// <param name="inputIds">Its input [rows, tokens]: how many rows a run has.</param>
    /// <returns>False when a layer does not append its new keys to the past ones in the known way; the graph is then as it was.</returns>
    public static bool Share(OnnxGraph graph, IReadOnlyList<PastInput> pasts, string inputIds)
    {
        var appends = pasts.Select(past => FindAppend(graph, past.Name)).ToList();
        if (appends.Count == 0 || appends.Contains(null))
        {
            return false;
        }

        var rows = RowsShape(graph, inputIds);
        graph.Inputs.Add(new OnnxValue(CausalGraph.KeptRows, OnnxDataType.Int64, [new OnnxDim(1, null)]));
        graph.Initializers.Add(OnnxTensor.Create("rerank.zero", [1], [0L]));
        for (var i = 0; i < pasts.Count; i++)
        {
            var past = pasts[i];
            var append = appends[i]!;
            var kept = CausalGraph.KeptNameOf(past.Name);
            var expanded = $"rerank.rows.{past.Name}";
            rows.Add(OnnxNode.Create("Expand", [past.Name, Shape], expanded));
            graph.Nodes[graph.Nodes.IndexOf(append)] = append.WithInputs(expanded, append.Inputs[1]);
            graph.Nodes.Add(OnnxNode.Create("Slice", [append.Outputs[0], "rerank.zero", CausalGraph.KeptRows, "rerank.zero"], kept));

            graph.Inputs[graph.Inputs.FindIndex(input => input.Name == past.Name)] = Declared(past, past.Name, new OnnxDim(1, null), "prefix");
            graph.Outputs.Add(Declared(past, kept, new OnnxDim(null, "kept_rows"), "kept"));
        }

        graph.Nodes.InsertRange(0, rows);
        return true;
    }

    /// <summary>The one node that appends new keys or values to the past ones; whatever else takes the input may only ask for its shape.</summary>
    private static OnnxNode? FindAppend(OnnxGraph graph, string past)
    {
        var uses = graph.Nodes.Where(node => node.Inputs.Contains(past) && !node.Is("Shape")).ToList();
        return uses is [{ Inputs.Count: 2 } append] && append.Is("Concat") && append.Inputs[0] == past && append.Integer("axis") is 2 or -2 ? append : null;
    }

    /// <summary>Nodes that give [rows, 1, 1, 1].</summary>
    private static List<OnnxNode> RowsShape(OnnxGraph graph, string inputIds)
    {
        const string Zero = "rerank.first_dim";
        const string Ones = "rerank.ones";
        graph.Initializers.Add(OnnxTensor.Create(Zero, [1], [0L]));
        graph.Initializers.Add(OnnxTensor.Create(Ones, [3], [1L, 1L, 1L]));
        return
        [
            OnnxNode.Create("Shape", [inputIds], "rerank.ids_shape"),
            OnnxNode.Create("Gather", ["rerank.ids_shape", Zero], "rerank.row_count", ("axis", 0)),
            OnnxNode.Create("Concat", ["rerank.row_count", Ones], Shape, ("axis", 0)),
        ];
    }

    private static OnnxValue Declared(PastInput past, string name, OnnxDim rows, string tokens) =>
        new(name, past.ElementType, [rows, new OnnxDim(past.Heads, null), new OnnxDim(null, tokens), new OnnxDim(past.HeadSize, null)]);
}
