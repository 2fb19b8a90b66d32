using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Graphs.Decoders;

/// <summary>Names of the inputs and outputs of the graphs of causal models that are built or rewritten.</summary>
internal static class CausalPorts
{
    /// <summary>Start of the names that an export does not have.</summary>
    public const string Names = "rerank.";

    /// <summary>Input, int64 [pairs, 2]: row and position of the last token of each pair.</summary>
    public const string Positions = "rerank.positions";

    /// <summary>Output, float [pairs, 1].</summary>
    public const string Score = "rerank.score";

    /// <summary>Input, int64 [1]: the number of rows whose keys and values are kept, 0 or 1.</summary>
    public const string KeptRows = "rerank.kept_rows";

    /// <summary>Start of the names of inputs that take keys or values of earlier tokens, [1, heads, tokens, head size].</summary>
    public const string Past = "past_key_values.";

    /// <summary>Returns the name of the output with the past and new keys or values of a layer, [kept rows, heads, tokens, head size].</summary>
    public static string KeptNameOf(string past) => $"rerank.kept.{past}";

    /// <summary>Returns the declaration of keys or values.</summary>
    public static OnnxValue KeysOrValues(string name, OnnxDataType type, OnnxDim rows, long heads, string tokens, long headSize) =>
        new(name, type, [rows, new OnnxDim(heads, null), new OnnxDim(null, tokens), new OnnxDim(headSize, null)]);
}
