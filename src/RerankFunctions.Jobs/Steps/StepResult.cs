using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs.Steps;

/// <summary>What an event has led to.</summary>
/// <param name="Job">The job's state now.</param>
/// <param name="Decision">The decision that was carried out.</param>
public sealed record StepResult(Versioned<JobRecord> Job, Decision Decision)
{
    /// <summary>What the event means for the one who reports it.</summary>
    public Verdict Verdict => Decision.Verdict;
}
