using Microsoft.ML.OnnxRuntime;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>Keys and values of a prefix: one row per layer, in the memory that the run left them in.</summary>
/// <param name="prefix">The tokens.</param>
/// <param name="values">One value per past input, in the order of the inputs; this owns them.</param>
internal sealed class KeyValueCache(TokenPrefix prefix, IDisposableReadOnlyCollection<OrtValue> values) : IDisposable
{
    /// <summary>The tokens.</summary>
    public TokenPrefix Prefix => prefix;

    /// <summary>One value per past input, in the order of the inputs.</summary>
    public IReadOnlyList<OrtValue> Values => values;

    /// <inheritdoc/>
    public void Dispose() => values.Dispose();
}
