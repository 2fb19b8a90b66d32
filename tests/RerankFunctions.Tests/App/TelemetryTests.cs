using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RerankFunctions.Hosting;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Serving;
using RerankFunctions.Inference.Telemetry;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Telemetry;
using RerankFunctions.Tests.Inference;
using RerankFunctions.Tests.Inference.Loading;
using RerankFunctions.Tests.Inference.Scoring;
using RerankFunctions.Tests.Jobs.Fakes;
using RerankFunctions.Tests.Jobs.Simulation;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.App;

/// <summary>The exporter sees all traces of the process, so no other test runs beside these.</summary>
[CollectionDefinition(nameof(TelemetryTests), DisableParallelization = true)]
[Collection(nameof(TelemetryTests))]
public sealed class TelemetryTests
{
    private const string Traces = "/v1/traces";
    private const string Metrics = "/v1/metrics";

    private readonly List<LogLine> _log = [];

    [Fact]
    public async Task Metrics_and_traces_reach_the_collector_when_the_process_ends()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var telemetry = Create((TelemetryOptions.EndpointSetting, receiver.Address.ToString()));
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var spans = new Spans();
        await telemetry.StartingAsync(default);

        await using var reranker = await WorkAsync(services, spans);
        await telemetry.StoppedAsync(default);

        Assert.Equal([Metrics, Traces], receiver.Requests.Select(request => request.Path).Distinct().Order(StringComparer.Ordinal));
        Assert.All(receiver.Requests, request => Assert.Equal("application/x-protobuf", request.Type));
        Assert.All(
            [
                "rerank.batch.tokens", "rerank.batch.cells", "rerank.batch.rows", "rerank.batch.fill", "rerank.run.duration", "rerank.pairs", "rerank.source",
                "rerank.waiting.pairs", "rerank.waiting.tokens", "rerank.job.queue.duration", "rerank.job.duration", "rerank.jobs.accepted",
                "rerank.jobs.attempts", "dotnet.gc.collections", "rerank-functions", "service.instance.id",
            ],
            name => Assert.True(receiver.Has(Metrics, name), $"{name} has not arrived."));
        Assert.All(
            ["submit job", "process job", "score", "rerank.job.id", "rerank-functions", "service.instance.id"],
            name => Assert.True(receiver.Has(Traces, name), $"{name} has not arrived."));
        Assert.Equal(3, receiver.CountOf(Traces, Convert.FromHexString(spans.Root.TraceId.ToHexString())));
        Assert.False(receiver.Has(Traces, World.Secret));
        Assert.False(receiver.Has(Metrics, World.Secret));
    }

    [Fact]
    public async Task The_variables_of_OpenTelemetry_name_the_service()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var telemetry = Create(
            (TelemetryOptions.EndpointSetting, receiver.Address.ToString()),
            ("OTEL_SERVICE_NAME", "mine"),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test"));
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        await telemetry.StartingAsync(default);
        new JobMetrics(services.GetRequiredService<IMeterFactory>()).JobAccepted();

        await telemetry.StoppedAsync(default);

        Assert.True(receiver.Has(Metrics, "mine"));
        Assert.True(receiver.Has(Metrics, "deployment.environment.name"));
        Assert.False(receiver.Has(Metrics, "rerank-functions"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("grpc")]
    public async Task A_collector_that_is_not_there_costs_a_line_in_the_log(string? protocol)
    {
        Uri address;
        await using (var receiver = await OtlpReceiver.StartAsync())
        {
            address = receiver.Address;
        }

        using var telemetry = Create((TelemetryOptions.EndpointSetting, address.ToString()), (TelemetryOptions.ProtocolSetting, protocol));
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var spans = new Spans();
        await telemetry.StartingAsync(default);

        await using var reranker = await WorkAsync(services, spans);
        await telemetry.StoppedAsync(default);

        Assert.Single(_log, line => line.Text.Contains("could not be exported to the address", StringComparison.Ordinal));
        Assert.DoesNotContain(_log, line => line.Text.Contains(address.Authority, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_listens_without_a_collector()
    {
        using var telemetry = Create();

        await telemetry.StartingAsync(default);

        using var source = new ActivitySource(InferenceTelemetry.Name);
        Assert.False(source.HasListeners());
        await telemetry.StoppedAsync(default);
        Assert.Empty(_log);
    }

    [Fact]
    public async Task Headers_that_are_not_valid_cost_the_export_and_not_the_process()
    {
        using var telemetry = Create((TelemetryOptions.EndpointSetting, "http://127.0.0.1:1"), ("OTEL_EXPORTER_OTLP_HEADERS", World.Secret));

        await telemetry.StartingAsync(default);
        await telemetry.StoppedAsync(default);

        Assert.Contains(_log, line => line.Text.StartsWith("Error Nothing is exported", StringComparison.Ordinal));
        Assert.DoesNotContain(_log, line => line.Text.Contains(World.Secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(TelemetryOptions.EndpointSetting, "collector:4318")]
    [InlineData(TelemetryOptions.EndpointSetting, "ftp://collector")]
    [InlineData(TelemetryOptions.EndpointSetting, "/v1")]
    [InlineData(TelemetryOptions.ProtocolSetting, "http/json")]
    public void A_wrong_setting_stops_the_start_with_its_name_alone(string name, string value)
    {
        using var services = Services((name, value));

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.StartsWith($"{name} is not valid. It must be ", Assert.Single(error.Failures), StringComparison.Ordinal);
        Assert.DoesNotContain(value, error.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Configuration(params (string Name, string? Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)))
        .Build();

    private static ServiceProvider Services(params (string Name, string? Value)[] settings)
    {
        var services = new ServiceCollection();
        TelemetryOptions.Add(services, Configuration(settings));
        return services.BuildServiceProvider();
    }

    /// <summary>Submits and processes a job and scores a request, all in one trace.</summary>
    private static async Task<Reranker> WorkAsync(ServiceProvider services, Spans spans)
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        World.Run(async world =>
        {
            var instance = world.Start(metrics: new JobMetrics(meters));
            await instance.Submission.SubmitAsync(World.Request, World.Secret, spans.TraceParent, CancellationToken.None);
            await instance.Processor.ProcessAsync(QueueKind.Interactive, Assert.Single(world.Account.Jobs.Sent), CancellationToken.None);
        });
        var reranker = TestModel.Reranker(new LoaderTwin(new FamilyTwin()), metrics: new EngineInstruments(meters));
        using (spans.Enter())
        {
            await reranker.ScoreAsync(new ScoringRequest(World.Secret, [World.Secret, "b"]), null, default);
        }

        return reranker;
    }

    private Telemetry Create(params (string Name, string? Value)[] settings)
    {
        using var services = Services(settings);
        return new Telemetry(
            new SettingsValidation(services.GetRequiredService<IStartupValidator>()),
            services.GetRequiredService<IOptions<TelemetryOptions>>(),
            Configuration(settings),
            TimeProvider.System,
            new RecordingLogger<Telemetry>(_log));
    }
}
