using RerankFunctions.Batches.Protocol;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Steps;

/// <summary>What an event has led to.</summary>
/// <param name="Batch">The batch's state now.</param>
/// <param name="Decision">The decision that was carried out.</param>
public sealed record BatchStep(Versioned<BatchRecord> Batch, BatchDecision Decision)
{
    /// <summary>What the event means for the one who reports it.</summary>
    public Verdict Verdict => Decision.Verdict;
}
