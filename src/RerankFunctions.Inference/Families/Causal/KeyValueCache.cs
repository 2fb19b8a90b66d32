using Microsoft.ML.OnnxRuntime;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>Keys and values of a prefix: one row per layer, in memory of their own, so that the arena of runs can shrink beside them.</summary>
internal sealed class KeyValueCache : IDisposable
{
    private readonly OrtValue[] _values;

    /// <summary>Allocates the memory; a run fills it.</summary>
    /// <param name="prefix">The tokens.</param>
    /// <param name="pasts">The past inputs that take the values.</param>
    /// <exception cref="OnnxRuntimeException">There is not enough memory.</exception>
    public KeyValueCache(TokenPrefix prefix, IReadOnlyList<PastInput> pasts)
    {
        Prefix = prefix;
        Bytes = pasts.Sum(past => past.BytesOf(prefix.Length));
        var values = new List<OrtValue>(pasts.Count);
        try
        {
            foreach (var past in pasts)
            {
                values.Add(past.Create(rows: 1, prefix.Length));
            }
        }
        catch
        {
            values.ForEach(value => value.Dispose());
            throw;
        }

        _values = [.. values];
    }

    /// <summary>The tokens.</summary>
    public TokenPrefix Prefix { get; }

    /// <summary>Size of the values in bytes.</summary>
    public long Bytes { get; }

    /// <summary>One value per past input, in the order of the inputs.</summary>
    public ReadOnlySpan<OrtValue> Values => _values;

    /// <summary>The values as the outputs of the run that fills them.</summary>
    public IReadOnlyCollection<OrtValue> Outputs => _values;

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_values, value => value.Dispose());
}
