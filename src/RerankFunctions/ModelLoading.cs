using Microsoft.Extensions.Hosting;
using RerankFunctions.Inference;

namespace RerankFunctions;

/// <summary>
/// Loads the model when a worker starts, not when its first job comes. A model that cannot be loaded ends the process: what is wrong
/// stands in the log, and the jobs stay queued for a worker that can.
/// </summary>
internal sealed class ModelLoading(IReranker reranker, Role role, IHostApplicationLifetime lifetime) : BackgroundService
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
        catch (ModelLoadException)
        {
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }
}
