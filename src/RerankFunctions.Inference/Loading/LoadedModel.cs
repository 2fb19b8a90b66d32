using RerankFunctions.Inference.Calibration;
using RerankFunctions.Inference.Families;

namespace RerankFunctions.Inference.Loading;

/// <summary>A model in memory that has run.</summary>
/// <param name="family">The model; this owns it.</param>
/// <param name="cost">What its runs cost on this machine.</param>
internal sealed class LoadedModel(IModelFamily family, RunCost cost) : IDisposable
{
    private volatile bool _hasScored;

    /// <summary>The model.</summary>
    public IModelFamily Family => family;

    /// <summary>What its runs cost on this machine.</summary>
    public RunCost Cost => cost;

    /// <summary>Whether a run of a request has succeeded since the load.</summary>
    public bool HasScored
    {
        get => _hasScored;
        set => _hasScored = value;
    }

    /// <inheritdoc/>
    public void Dispose() => family.Dispose();
}
