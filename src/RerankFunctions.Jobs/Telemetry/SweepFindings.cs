namespace RerankFunctions.Jobs.Telemetry;

/// <summary>What a sweep finds that needs an action.</summary>
internal static class SweepFindings
{
    /// <summary>A job whose worker is gone, or whose message does not come: it was announced again.</summary>
    public const string Recovered = "recovered";

    /// <summary>A job that could not be saved: it ended.</summary>
    public const string Ended = "ended";

    /// <summary>A marker of a job that had ended.</summary>
    public const string StaleMarker = "stale_marker";

    /// <summary>A submission that was cut off: it was completed.</summary>
    public const string Completed = "completed";

    /// <summary>A marker without a request.</summary>
    public const string LostRequest = "lost_request";
}
