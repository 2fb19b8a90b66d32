namespace RerankFunctions.Jobs.Telemetry;

/// <summary>What an attempt at a job or a chunk leads to.</summary>
public static class AttemptOutcomes
{
    /// <summary>The work is done.</summary>
    public const string Succeeded = "succeeded";

    /// <summary>The job failed.</summary>
    public const string Failed = "failed";

    /// <summary>The work is tried again, and the attempt does not count.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>The work is tried again, and the attempt counts.</summary>
    public const string Retried = "retried";

    /// <summary>The work belongs to another attempt, or is not wanted any more.</summary>
    public const string LeaseLost = "lease_lost";
}
