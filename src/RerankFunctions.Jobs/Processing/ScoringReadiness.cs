using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Shutdown;

namespace RerankFunctions.Jobs.Processing;

/// <summary>Tells whether this process may take work that needs the model.</summary>
public sealed class ScoringReadiness(IReranker reranker, Drain drain, IOptions<JobsOptions> options, TimeProvider time)
{
    private const string Stopping = "The process is stopping.";

    /// <summary>Waits for the model for at most <see cref="JobsOptions.ModelWait"/>.</summary>
    /// <returns>Why this process takes no work now; null when it may take some.</returns>
    public async Task<string?> FindObstacleAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Value.ModelWait, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, drain.Started, cancellationToken);
        try
        {
            await reranker.GetModelAsync(stop.Token);
            return drain.Started.IsCancellationRequested ? Stopping : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return drain.Started.IsCancellationRequested ? Stopping : "The model is still loading.";
        }
        catch (ModelLoadException exception)
        {
            return $"The model cannot be loaded: {exception.Code}.";
        }
    }
}
