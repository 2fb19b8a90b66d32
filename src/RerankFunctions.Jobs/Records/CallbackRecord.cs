using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Jobs.Records;

/// <summary>The state of a job's callback, stored as <c>callback.json</c>. The job's own state never changes after its end.</summary>
public sealed record CallbackRecord : SwappedState
{
    /// <summary>What the job's status shows.</summary>
    public JobCallback Callback { get; init; } = new(CallbackStatus.Pending);

    /// <summary>No call begins before this, by storage's clock: another one may be under way, or the receiver gets a pause.</summary>
    public DateTimeOffset NotBefore { get; init; }
}
