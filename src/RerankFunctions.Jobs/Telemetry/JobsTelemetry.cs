using System.Diagnostics;

namespace RerankFunctions.Jobs.Telemetry;

/// <summary>Source of this assembly's traces.</summary>
public static class JobsTelemetry
{
    /// <summary>Name of the activity source, for subscribers.</summary>
    public const string SourceName = "RerankFunctions.Jobs";

    internal static readonly ActivitySource Source = new(SourceName);
}
