using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RerankFunctions.Clients;

namespace RerankFunctions.Hosting;

/// <summary>Says at the start who may call the rerank routes.</summary>
/// <param name="settings">The outcome of the validation of settings.</param>
/// <param name="services">Gives the services that need valid settings.</param>
/// <param name="logger">Log.</param>
internal sealed partial class AccessReport(SettingsValidation settings, IServiceProvider services, ILogger<AccessReport> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Failures.Count > 0)
        {
            return Task.CompletedTask;
        }

        switch (services.GetRequiredService<ClientAccess>().Mode)
        {
            case AccessMode.Keys:
                LogKeys(logger, string.Join(", ", services.GetRequiredService<ClientKeys>().Names));
                break;
            case AccessMode.Open:
                LogOpen(logger);
                break;
            default:
                LogClosed(logger);
                break;
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(210, LogLevel.Information, "The rerank routes take the client keys {Names}.")]
    private static partial void LogKeys(ILogger logger, string names);

    [LoggerMessage(
        211,
        LogLevel.Information,
        "The rerank routes are open to everyone: no Rerank:ClientKeys are set, and development or Rerank:AllowAnonymous allows it.")]
    private static partial void LogOpen(ILogger logger);

    [LoggerMessage(212, LogLevel.Information, "The rerank routes are closed: set Rerank:ClientKeys:NAME to the SHA-256 of a key to open them.")]
    private static partial void LogClosed(ILogger logger);
}
