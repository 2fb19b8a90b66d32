using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;

namespace RerankFunctions.Hosting;

/// <summary>Logs that an export failed, which OpenTelemetry tells its own event source alone. A line comes at most once in <see cref="Pause"/>.</summary>
/// <param name="time">Clock.</param>
/// <param name="logger">Log.</param>
internal sealed partial class ExportFailures(TimeProvider time, ILogger logger) : EventListener
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "OpenTelemetry-Exporter-OpenTelemetryProtocol")
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now < _next)
            {
                return;
            }

            _next = now + Pause;
        }

        // The payload has the collector's address, which may hold a secret.
        LogFailed(logger, eventData.EventName);
    }

    [LoggerMessage(213, LogLevel.Warning, "Metrics or traces could not be exported to the address in OTEL_EXPORTER_OTLP_ENDPOINT ({Event}).")]
    private static partial void LogFailed(ILogger logger, string? @event);
}
