using RerankFunctions.Inference.Graphs.Weights;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Graphs;

/// <summary>A graph with its weights, which a session can be opened from.</summary>
/// <param name="weights">The weights; this owns them.</param>
/// <param name="model">The graph as an ONNX model.</param>
/// <param name="pasts">The inputs for past keys and values; empty where there are none.</param>
internal sealed class BuiltGraph(WeightStore weights, byte[] model, IReadOnlyList<OnnxValue> pasts) : IDisposable
{
    /// <summary>The graph as an ONNX model.</summary>
    public byte[] Model => model;

    /// <summary>The folder that the names of files in the model are relative to.</summary>
    public string Folder => weights.Folder;

    /// <summary>The inputs for past keys and values, in the order of layers, keys before values.</summary>
    public IReadOnlyList<OnnxValue> Pasts => pasts;

    /// <summary>Frees the files. A session that was opened keeps what it needs.</summary>
    public void Dispose() => weights.Dispose();
}
