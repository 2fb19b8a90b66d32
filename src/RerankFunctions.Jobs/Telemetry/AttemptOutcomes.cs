namespace RerankFunctions.Jobs.Telemetry;

/// <summary>What an attempt at a job leads to.</summary>
internal static class AttemptOutcomes
{
    /// <summary>The job succeeded.</summary>
    public const string Succeeded = "succeeded";

    /// <summary>The job failed.</summary>
    public const string Failed = "failed";

    /// <summary>The job is tried again, and the attempt does not count.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>The job is tried again, and the attempt counts.</summary>
    public const string Retried = "retried";

    /// <summary>The job belongs to another worker, or was canceled.</summary>
    public const string LeaseLost = "lease_lost";
}
