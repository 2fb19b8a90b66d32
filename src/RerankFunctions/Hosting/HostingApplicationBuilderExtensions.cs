using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Settings;

namespace RerankFunctions.Hosting;

/// <summary>Registers how the process starts, logs and ends.</summary>
internal static class HostingApplicationBuilderExtensions
{
    /// <summary>
    /// Adds console output, the validation of settings, the export of telemetry, the load of the model at start and the drain at the end. Call it after all
    /// other settings are added.
    /// </summary>
    public static FunctionsApplicationBuilder AddProcess(this FunctionsApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.Logging.AddProcessConsole(builder.Configuration);
        services.AddSettings<ProcessOptions>(builder.Configuration, ProcessOptions.Section);
        TelemetryOptions.Add(services, builder.Configuration);
        services.TryAddSingleton(TimeProvider.System);

        var validator = services.Last(service => service.ServiceType == typeof(IStartupValidator));
        services.AddSingleton(provider => SettingsValidation.Decorate(provider, validator));
        services.Replace(ServiceDescriptor.Singleton<IStartupValidator>(provider => provider.GetRequiredService<SettingsValidation>()));
        services.AddSingleton<PostponedMessages>();

        services.AddSingleton(provider => Role.Read(builder.Configuration, provider.GetRequiredService<ModelCatalog>()));
        services.AddHostedService<Telemetry>();
        services.AddHostedService<AccessReport>();
        services.AddHostedService<StartupService>();
        services.AddSingleton<IHostLifetime, WorkerLifetime>();
        return builder;
    }
}
