using RerankFunctions.Inference.Graphs.Decoders;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>
/// Rewrites the graph of a causal reranker so that it computes only what a reranker needs. Names of added inputs and outputs begin with <c>rerank.</c>
/// </summary>
internal static class CausalGraph
{
    /// <summary>Added input, int64 [pairs, 2]: row and position of the last token of each pair.</summary>
    public const string Positions = CausalPorts.Positions;

    /// <summary>Added output, float [pairs, 1]: yes − no.</summary>
    public const string Score = CausalPorts.Score;

    /// <summary>Added output, [pairs, vocabulary] in the type of the logits: those of each pair's last token.</summary>
    public const string LastLogits = "rerank.last_logits";

    /// <summary>Added output, int64 [3]: the shape of the logits that <see cref="LastLogits"/> are taken from.</summary>
    public const string LogitsShape = "rerank.logits_shape";

    /// <summary>Added input, int64 [1]: the number of rows whose keys and values are kept, 0 or 1.</summary>
    public const string KeptRows = CausalPorts.KeptRows;

    /// <summary>Start of the added names.</summary>
    public const string Names = CausalPorts.Names;

    private const long MinOperatorSet = 13;

    // The first one with GatherND.
    private const long MinGatherOperatorSet = 11;

    private static OnnxValue PositionsInput => new(Positions, OnnxDataType.Int64, [new OnnxDim(null, "pairs"), new OnnxDim(2, null)]);

    /// <summary>Returns the name of the output with the past and new keys or values of a layer, [kept rows, heads, tokens, head size].</summary>
    public static string KeptNameOf(string past) => CausalPorts.KeptNameOf(past);

    /// <summary>Replaces logits over the whole vocabulary at every position by yes − no where <see cref="Positions"/> points.</summary>
    /// <returns>False when the head is not recognised; the graph is then unchanged.</returns>
    /// <exception cref="OnnxFormatException">The head's weights cannot be read.</exception>
    public static bool CutHead(OnnxGraph graph, string logits, int yes, int no)
    {
        if (graph.OperatorSet < MinOperatorSet || CausalHead.Find(graph, logits, yes, no) is not { } head)
        {
            return false;
        }

        const string Difference = "rerank.difference";
        const string Last = "rerank.last";
        const string LastAsFloat = "rerank.last_float";
        graph.Inputs.Add(PositionsInput);
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

    /// <summary>
    /// Reduces the output to the logits where <see cref="Positions"/> points: an output with those of all tokens of a long pair is too large to read.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="logits">Its output [rows, tokens, vocabulary].</param>
    /// <exception cref="OnnxFormatException">Its operator set is too old.</exception>
    public static void TakeLast(OnnxGraph graph, OnnxValue logits)
    {
        if (graph.OperatorSet < MinGatherOperatorSet)
        {
            throw new OnnxFormatException($"its operator set is {graph.OperatorSet}; a causal reranker needs {MinGatherOperatorSet} or later");
        }

        graph.Inputs.Add(PositionsInput);
        graph.Nodes.Add(OnnxNode.Create("GatherND", [logits.Name, Positions], LastLogits));
        graph.Nodes.Add(OnnxNode.Create("Shape", [logits.Name], LogitsShape));
        graph.Outputs.RemoveAll(output => output.Name == logits.Name);
        graph.Outputs.Add(new OnnxValue(LastLogits, logits.ElementType, [new OnnxDim(null, "pairs"), new OnnxDim(null, "words")]));
        graph.Outputs.Add(new OnnxValue(LogitsShape, OnnxDataType.Int64, [new OnnxDim(3, null)]));
    }
}
