namespace RerankFunctions.Inference.Serving;

/// <summary>A model as <see cref="ResidencyPlan"/> sees it. Times count from any fixed moment.</summary>
/// <param name="Phase">Where it is.</param>
/// <param name="Bytes">Size of its weights; 0 before it is fetched.</param>
/// <param name="Leases">Requests that use it.</param>
/// <param name="ReadyAt">When its load ended.</param>
/// <param name="LastUsed">When a request began to use it, or the last one ended, if none uses it.</param>
/// <param name="WaitingSince">Since when the first of the requests that wait for it does; null for none.</param>
/// <param name="IsWanted">Whether it is to be loaded if there is room for it.</param>
internal readonly record struct ModelSlot(
    ModelPhase Phase,
    long Bytes,
    int Leases = 0,
    TimeSpan ReadyAt = default,
    TimeSpan LastUsed = default,
    TimeSpan? WaitingSince = null,
    bool IsWanted = false)
{
    /// <summary>Whether its memory counts.</summary>
    public bool IsResident => Phase is ModelPhase.Loading or ModelPhase.Ready or ModelPhase.Unloading;

    /// <summary>Whether requests wait for it that no loaded model can serve.</summary>
    public bool IsClaimed => Phase == ModelPhase.Absent && WaitingSince is not null;
}
