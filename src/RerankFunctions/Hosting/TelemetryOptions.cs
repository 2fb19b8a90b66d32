using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace RerankFunctions.Hosting;

/// <summary>Those settings of OpenTelemetry that decide whether anything is exported. The exporter reads the other ones itself.</summary>
public sealed class TelemetryOptions
{
    /// <summary>The setting of <see cref="Endpoint"/>.</summary>
    public const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The setting of <see cref="Protocol"/>.</summary>
    public const string ProtocolSetting = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <summary>Address of the collector; null or empty for no export.</summary>
    public string? Endpoint { get; set; }

    /// <summary>Protocol of the export: <c>http/protobuf</c> or <c>grpc</c>; null or empty for the first.</summary>
    public string? Protocol { get; set; }

    /// <summary>Adds the settings, which are validated at start. Messages do not show the address: it may hold a secret.</summary>
    internal static void Add(IServiceCollection services, IConfiguration configuration) => services
        .AddOptions<TelemetryOptions>()
        .Configure(options => (options.Endpoint, options.Protocol) = (configuration[EndpointSetting], configuration[ProtocolSetting]))
        .Validate(
            options => string.IsNullOrWhiteSpace(options.Endpoint)
                || (Uri.TryCreate(options.Endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"),
            $"{EndpointSetting} is not valid. It must be an http or https address, for example http://localhost:4318.")
        .Validate(
            options => options.Protocol is null or "" or "http/protobuf" or "grpc",
            $"{ProtocolSetting} is not valid. It must be http/protobuf or grpc.")
        .ValidateOnStart();
}
