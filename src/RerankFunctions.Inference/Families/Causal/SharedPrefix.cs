using Microsoft.ML.OnnxRuntime;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>Keys and values of tokens that begin many rows, one row of each layer's, in the memory that the run left them in.</summary>
/// <param name="ids">The tokens.</param>
/// <param name="values">One value for each past input, in their order; this owns them.</param>
internal sealed class SharedPrefix(int[] ids, IDisposableReadOnlyCollection<OrtValue> values) : IDisposable
{
    public ReadOnlySpan<int> Ids => ids;

    public int Length => ids.Length;

    public IReadOnlyList<OrtValue> Values => values;

    public void Dispose() => values.Dispose();
}
