using RerankFunctions.Inference.Graphs.Decoders;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>
/// Rewrites a graph so that all rows of a run share one row of past keys and values, and a run can keep those of its first row.
/// </summary>
internal static class PrefixGraph
{
    private const string Zero = "rerank.zero";
    private const string Ones = "rerank.ones";

    /// <summary>
    /// Rewrites the graph: past inputs take one row, <see cref="CausalGraph.KeptNameOf"/> outputs give <see cref="CausalGraph.KeptRows"/> rows.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="pasts">Its past inputs.</param>
    /// <returns>False when a layer appends its new keys to the past ones in an unknown way; the graph is then unchanged.</returns>
    public static bool Share(OnnxGraph graph, IReadOnlyList<PastInput> pasts)
    {
        var appends = FindAppends(graph, pasts);
        if (pasts.Count == 0 || appends.Count < pasts.Count)
        {
            return false;
        }

        graph.Inputs.Add(new OnnxValue(CausalGraph.KeptRows, OnnxDataType.Int64, [new OnnxDim(1, null)]));
        graph.Initializers.Add(OnnxTensor.Create(Zero, [1], [0L]));
        graph.Initializers.Add(OnnxTensor.Create(Ones, [3], [1L, 1L, 1L]));
        ExpandBefore(graph, appends.Values.ToHashSet());

        // ONNX Runtime orders a graph from its last output backwards. With the first layer's output added last, each layer's keys and values
        // are kept right after that layer has run; otherwise those of all layers would stay in memory until the end.
        for (var i = pasts.Count - 1; i >= 0; i--)
        {
            var past = pasts[i];
            var kept = CausalGraph.KeptNameOf(past.Name);
            graph.Nodes.Add(OnnxNode.Create("Slice", [appends[past.Name].Outputs[0], Zero, CausalGraph.KeptRows, Zero], kept));
            graph.Inputs[graph.Inputs.FindIndex(input => input.Name == past.Name)] = Declared(past, past.Name, new OnnxDim(1, null), "prefix");
            graph.Outputs.Add(Declared(past, kept, new OnnxDim(null, "kept_rows"), "kept"));
        }

        return true;
    }

    /// <summary>Finds, per past input, the one node that appends new keys or values to it. Other nodes may take only the input's shape.</summary>
    private static Dictionary<string, OnnxNode> FindAppends(OnnxGraph graph, IReadOnlyList<PastInput> pasts)
    {
        var uses = pasts.ToDictionary(past => past.Name, _ => new List<OnnxNode>(), StringComparer.Ordinal);
        foreach (var node in graph.Nodes.Where(node => !node.Is("Shape")))
        {
            foreach (var input in node.Inputs.Distinct())
            {
                if (uses.TryGetValue(input, out var users))
                {
                    users.Add(node);
                }
            }
        }

        var appends = new Dictionary<string, OnnxNode>(StringComparer.Ordinal);
        foreach (var (past, users) in uses)
        {
            if (users is [{ Inputs.Count: 2 } append] && append.Is("Concat") && append.Inputs[0] == past && append.Integer("axis") is 2 or -2)
            {
                appends.Add(past, append);
            }
        }

        return appends;
    }

    private static void ExpandBefore(OnnxGraph graph, HashSet<OnnxNode> appends)
    {
        var nodes = new List<OnnxNode>(graph.Nodes.Count + (4 * appends.Count));
        foreach (var node in graph.Nodes)
        {
            if (!appends.Contains(node))
            {
                nodes.Add(node);
                continue;
            }

            var expanded = $"rerank.rows.{node.Inputs[0]}";
            nodes.AddRange(Expand(node.Inputs[0], node.Inputs[1], expanded));
            nodes.Add(node.WithInputs(expanded, node.Inputs[1]));
        }

        graph.Nodes.Clear();
        graph.Nodes.AddRange(nodes);
    }

    /// <summary>
    /// Creates the nodes that copy one row of past values to the rows of the new ones. The number of rows comes from the layer's new values, not from the ids:
    /// so no copy is made before its layer runs, and the copies of all layers never exist at once.
    /// </summary>
    private static OnnxNode[] Expand(string past, string fresh, string expanded) =>
    [
        OnnxNode.Create("Shape", [fresh], $"{expanded}.of"),
        OnnxNode.Create("Gather", [$"{expanded}.of", Zero], $"{expanded}.count", ("axis", 0)),
        OnnxNode.Create("Concat", [$"{expanded}.count", Ones], $"{expanded}.shape", ("axis", 0)),
        OnnxNode.Create("Expand", [past, $"{expanded}.shape"], expanded),
    ];

    private static OnnxValue Declared(PastInput past, string name, OnnxDim rows, string tokens) =>
        CausalPorts.KeysOrValues(name, past.ElementType, rows, past.Heads, tokens, past.HeadSize);
}
