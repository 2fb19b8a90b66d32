using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Hosting;

/// <summary>
/// Loads the model when a worker starts, not when its first job comes. A model that cannot be loaded ends the process: what is wrong
/// stands in the log, and the jobs stay queued for a worker that can.
/// </summary>
internal sealed partial class ModelLoading(IReranker reranker, Role role, IHostApplicationLifetime lifetime, ILogger<ModelLoading> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!role.ScoresJobs)
        {
            return;
        }

        try
        {
            await reranker.GetModelAsync(stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // A ModelLoadException is logged where it arises; what nobody foresaw may have anything in its text.
            if (exception is not ModelLoadException)
            {
                var kind = exception.GetType().Name;
                LogUnforeseen(logger, kind);
            }

            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The model cannot be loaded: {Kind}")]
    private static partial void LogUnforeseen(ILogger logger, string kind);
}
