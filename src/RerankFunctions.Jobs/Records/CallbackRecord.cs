using RerankFunctions.Contracts;

namespace RerankFunctions.Jobs.Records;

/// <summary>The state of a job's callback, stored as <c>callback.json</c>. The job's own state never changes after its end.</summary>
public sealed record CallbackRecord
{
    /// <summary>The write that made this state. Its writer knows it again when the answer to the write is lost.</summary>
    public string Write { get; init; } = "";

    /// <summary>What the job's status shows.</summary>
    public JobCallback Callback { get; init; } = new(CallbackStatus.Pending);

    /// <summary>No call begins before this, by storage's clock: another one may be under way, or the receiver gets a pause.</summary>
    public DateTimeOffset NotBefore { get; init; }
}
