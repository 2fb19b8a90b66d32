using System.Diagnostics;

namespace RerankFunctions.Jobs;

/// <summary>Where this assembly's traces come from.</summary>
public static class JobsTelemetry
{
    /// <summary>Name of the activity source, for whoever subscribes.</summary>
    public const string SourceName = "RerankFunctions.Jobs";

    internal static readonly ActivitySource Source = new(SourceName);
}
