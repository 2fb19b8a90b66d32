using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Batches.Protocol;

/// <summary>What an event leads to: a swap of the state, then actions. A lost swap decides the event anew.</summary>
/// <param name="Verdict">What the event means for the one who reports it.</param>
public sealed record BatchDecision(Verdict Verdict)
{
    /// <summary>The next state; null when the state stays.</summary>
    public BatchRecord? Next { get; init; }

    /// <summary>What must be done after the swap.</summary>
    public IReadOnlyList<BatchAction> After { get; init; } = [];

    /// <summary>When the sweeper should look at the batch again, by storage's clock; null for its next round.</summary>
    public DateTimeOffset? LookAgainAt { get; init; }
}
