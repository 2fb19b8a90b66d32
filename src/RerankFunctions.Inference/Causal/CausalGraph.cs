using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Causal;

/// <summary>
/// Rewrites the graph of a causal reranker so that it computes only what a reranker wants. Names of the inputs and outputs that this adds begin with <c>rerank.</c>
/// </summary>
internal static class CausalGraph
{
    /// <summary>Added input, int64 [pairs, 2]: row and position of the last token of each pair.</summary>
    public const string Positions = "rerank.positions";

    /// <summary>Added output, float [pairs, 1]: yes − no.</summary>
    public const string Score = "rerank.score";

    /// <summary>Added input, int64 [1]: from how many rows keys and values are kept, 0 or 1.</summary>
    public const string KeptRows = "rerank.kept_rows";

    /// <summary>What the names begin with.</summary>
    public const string Names = "rerank.";

    private const long LeastOperatorSet = 13;

    /// <summary>Output that keeps the keys or values of a layer: past and new ones, [kept rows, heads, tokens, head size].</summary>
    public static string KeptNameOf(string past) => $"rerank.kept.{past}";

    /// <summary>Replaces logits over the whole vocabulary at every position by yes − no where <see cref="Positions"/> points.</summary>
    /// <returns>False when the head is not recognised; the graph is then as it was.</returns>
    /// <exception cref="OnnxFormatException">The head's weights cannot be read.</exception>
    public static bool CutHead(OnnxGraph graph, string logits, int yes, int no)
    {
        if (graph.OperatorSet < LeastOperatorSet || CausalHead.Find(graph, logits, yes, no) is not { } head)
        {
            return false;
        }

        const string Difference = "rerank.difference";
        const string Last = "rerank.last";
        const string LastAsFloat = "rerank.last_float";
        graph.Inputs.Add(new OnnxValue(Positions, OnnxDataType.Int64, [new OnnxDim(null, "pairs"), new OnnxDim(2, null)]));
        graph.Initializers.Add(OnnxTensor.Create(Difference, [head.Difference.Length, 1], head.Difference));
        graph.Nodes.Add(OnnxNode.Create("GatherND", [head.Hidden, Positions], Last, ("batch_dims", 0)));
        if (!head.HiddenIsFloat)
        {
            graph.Nodes.Add(OnnxNode.Create("Cast", [Last], LastAsFloat, ("to", (long)OnnxDataType.Float)));
        }

        graph.Nodes.Add(OnnxNode.Create("MatMul", [head.HiddenIsFloat ? Last : LastAsFloat, Difference], Score));
        graph.Outputs.RemoveAll(output => output.Name == logits);
        graph.Outputs.Add(new OnnxValue(Score, OnnxDataType.Float, [new OnnxDim(null, "pairs"), new OnnxDim(1, null)]));
        return true;
    }
}
