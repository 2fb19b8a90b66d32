namespace RerankFunctions.Jobs.Protocol;

/// <summary>What an event leads to: actions, then a swap of the state, then more actions. A lost swap decides the event anew.</summary>
/// <param name="Verdict">What the event means for the one who reports it.</param>
public sealed record Decision(Verdict Verdict)
{
    /// <summary>The next state; null when the state stays.</summary>
    public JobRecord? Next { get; init; }

    /// <summary>What must be done before the swap.</summary>
    public IReadOnlyList<JobAction> Before { get; init; } = [];

    /// <summary>What must be done after the swap. The sweeper makes good what a crash leaves undone.</summary>
    public IReadOnlyList<JobAction> After { get; init; } = [];

    /// <summary>When the sweeper should look at the job again, by storage's clock; null for its next round.</summary>
    public DateTimeOffset? LookAgainAt { get; init; }
}

/// <summary>What an event means for the one who reports it.</summary>
public enum Verdict
{
    /// <summary>The event is dealt with; for an attempt, it has ended.</summary>
    Done,

    /// <summary>The attempt holds the job and works.</summary>
    Work,

    /// <summary>The attempt does not hold the job any more. It stops and writes nothing.</summary>
    Lost,

    /// <summary>The job had ended before.</summary>
    Ended,
}
