using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Clients;
using RerankFunctions.Inference.Telemetry;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Hosting;

/// <summary>
/// Exports metrics and traces to a collector while the process runs, if <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. What is left at the end is sent after all
/// other services have stopped. A collector that does not answer costs what was to be sent to it, and nothing else.
/// </summary>
/// <param name="settings">The outcome of the validation of settings.</param>
/// <param name="options">The collector.</param>
/// <param name="configuration">The settings of the exporter: <c>OTEL_*</c>.</param>
/// <param name="time">The clock of the last export.</param>
/// <param name="logger">Log.</param>
internal sealed partial class Telemetry(
    SettingsValidation settings,
    IOptions<TelemetryOptions> options,
    IConfiguration configuration,
    TimeProvider time,
    ILogger<Telemetry> logger) : IHostedLifecycleService, IDisposable
{
    private const string ServiceName = "rerank-functions";

    // Of the five seconds that a process has between the end of its jobs and its own.
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(3);

    private MeterProvider? _metrics;
    private TracerProvider? _traces;
    private ExportFailures? _failures;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (settings.Failures.Count > 0 || string.IsNullOrWhiteSpace(options.Value.Endpoint))
        {
            return Task.CompletedTask;
        }

        _failures = new ExportFailures(time, logger);
        try
        {
            _metrics = Sdk.CreateMeterProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(configuration))
                .SetResourceBuilder(Resource())
                .AddMeter(InferenceTelemetry.Name, JobsTelemetry.Name, BatchesTelemetry.Name, ClientMetrics.Name, "System.Runtime")
                .AddOtlpExporter(SetProtocol)
                .Build();
            _traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(configuration))
                .SetResourceBuilder(Resource())
                .AddSource(InferenceTelemetry.Name, JobsTelemetry.Name, BatchesTelemetry.Name)
                .AddOtlpExporter(SetProtocol)
                .Build();
            LogExporting(logger);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidOperationException or NotSupportedException)
        {
            // The type only: the message may quote a header with a secret.
            LogWrongExporter(logger, exception.GetType().Name);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is left, within <see cref="FlushTime"/>.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        var (traces, metrics) = (_traces, _metrics);
        (_traces, _metrics) = (null, null);

        // Disposal sends what is left, and blocks for so long.
        var ends = Task.WhenAll(
            Task.Run(() => traces?.Dispose(), CancellationToken.None),
            Task.Run(() => metrics?.Dispose(), CancellationToken.None));
        try
        {
            await ends.WaitAsync(FlushTime, time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            LogNotFlushed(logger, FlushTime);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
        _failures?.Dispose();
    }

    // The variables OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last, and so take precedence.
    private static ResourceBuilder Resource() =>
        ResourceBuilder.CreateEmpty().AddService(ServiceName).AddTelemetrySdk().AddEnvironmentVariableDetector();

    private void SetProtocol(OtlpExporterOptions exporter)
    {
        if (string.IsNullOrEmpty(options.Value.Protocol))
        {
            exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        }
    }

    [LoggerMessage(207, LogLevel.Information, "Metrics and traces are exported by OTLP.")]
    private static partial void LogExporting(ILogger logger);

    [LoggerMessage(208, LogLevel.Error, "Nothing is exported: a setting of OpenTelemetry (OTEL_*) is not valid ({ExceptionType}).")]
    private static partial void LogWrongExporter(ILogger logger, string exceptionType);

    [LoggerMessage(209, LogLevel.Warning, "The last metrics and traces could not be exported within {Time}.")]
    private static partial void LogNotFlushed(ILogger logger, TimeSpan time);
}
