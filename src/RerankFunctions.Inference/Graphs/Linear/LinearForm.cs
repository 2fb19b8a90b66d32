using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.Graphs.Linear;

/// <summary>How the matrix products of a model are computed: in the type of the model, or with quantized weights.</summary>
internal abstract class LinearForm
{
    /// <summary>Writes the products of an input with several matrices.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">Name of the input, [.., in] in the type of the model.</param>
    /// <param name="weights">The matrices, each [out, in], where in is the same for all.</param>
    /// <returns>The names of the products, each [.., out] in the type of the model, without biases.</returns>
    public abstract string[] Write(GraphWriter graph, string input, params ReadOnlySpan<SafetensorsTensor> weights);

    /// <summary>Writes what belongs to all products, after the last one.</summary>
    public virtual void Complete(GraphWriter graph)
    {
    }
}
