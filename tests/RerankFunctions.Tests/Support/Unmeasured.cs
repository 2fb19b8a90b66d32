using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Inference.Telemetry;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Tests.Support;

/// <summary>The instruments of tests that measure nothing.</summary>
internal static class Unmeasured
{
    private static readonly IMeterFactory Meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();

    public static EngineInstruments Instruments { get; } = new(Meters);

    public static EngineMetrics Engine { get; } = new(Instruments, "twin");

    public static JobMetrics Jobs { get; } = new(Meters);

    public static BatchMetrics Batches { get; } = new(Meters);
}
