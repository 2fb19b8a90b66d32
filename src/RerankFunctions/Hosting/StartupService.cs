using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Hosting;

/// <summary>
/// Loads the models when a worker starts, before its first job comes: the default one, then the others as far as they fit. Where the settings are wrong, or the
/// default model cannot be loaded for good, it ends the process with exit code 1, after a delay in which the health routes tell the reason.
/// </summary>
/// <param name="settings">The outcome of the validation of settings.</param>
/// <param name="services">Gives the services that need valid settings, once these are known to be valid.</param>
/// <param name="options">The delay.</param>
/// <param name="lifetime">Ends the process.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Log.</param>
internal sealed partial class StartupService(
    SettingsValidation settings,
    IServiceProvider services,
    IOptions<ProcessOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<StartupService> logger) : BackgroundService
{
    private const int FailedStart = 1;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Failures.Count > 0)
        {
            foreach (var failure in settings.Failures)
            {
                LogWrongSetting(logger, failure);
            }

            await EndAsync("settings are wrong", stoppingToken);
        }
        else if (services.GetRequiredService<Role>() is { ScoresJobs: true, Models: var models })
        {
            if (await LoadModelAsync(models.Default, stoppingToken) is { } code)
            {
                await EndAsync($"the model cannot be loaded ({code})", stoppingToken);
                return;
            }

            await Task.WhenAll(models.Models.Skip(1).Select(model => LoadModelAsync(model.Name, stoppingToken)));
        }
    }

    /// <returns>The code of the failure; null once the model is loaded, or waits for memory that others use.</returns>
    private async Task<string?> LoadModelAsync(string model, CancellationToken cancellationToken)
    {
        try
        {
            await services.GetRequiredService<IReranker>().GetModelAsync(model, cancellationToken);
            return null;
        }
        catch (ModelLoadException exception)
        {
            // The reranker has logged the message.
            return exception.Code;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Type and stack only: the message of an arbitrary exception may quote a secret.
            LogUnforeseen(logger, exception.GetType().FullName, exception.StackTrace);
            return ModelFailureCodes.LoadFailed;
        }
    }

    private async Task EndAsync(string reason, CancellationToken cancellationToken)
    {
        var delay = ProcessOptions.ReadOrDefault(options).FailureExitDelay;
        LogEnding(logger, delay, reason);
        await Task.Delay(delay, time, cancellationToken);
        Environment.ExitCode = FailedStart;
        LogEnd(logger, reason);
        lifetime.StopApplication();
    }

    [LoggerMessage(201, LogLevel.Critical, "Wrong setting: {Failure}")]
    private static partial void LogWrongSetting(ILogger logger, string failure);

    [LoggerMessage(202, LogLevel.Critical, "Loading the model failed: {ExceptionType}\n{StackTrace}")]
    private static partial void LogUnforeseen(ILogger logger, string? exceptionType, string? stackTrace);

    [LoggerMessage(203, LogLevel.Critical, "The process ends in {Delay}: {Reason}.")]
    private static partial void LogEnding(ILogger logger, TimeSpan delay, string reason);

    [LoggerMessage(204, LogLevel.Critical, "The process ends with exit code 1: {Reason}.")]
    private static partial void LogEnd(ILogger logger, string reason);
}
