using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Graphs.Blocks;

/// <summary>What is added to the score of a token that attention must not see.</summary>
internal static class Hidden
{
    /// <summary>Returns a number that leaves nothing of a score and that two of still are finite.</summary>
    /// <param name="type">Type that the model computes in.</param>
    public static float Score(OnnxDataType type) => type == OnnxDataType.Float ? float.MinValue / 4 : -32_000;
}
