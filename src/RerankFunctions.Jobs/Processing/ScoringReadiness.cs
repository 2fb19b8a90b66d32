using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Shutdown;

namespace RerankFunctions.Jobs.Processing;

/// <summary>Tells whether this process may take work that needs the model.</summary>
public sealed class ScoringReadiness(IReranker reranker, Drain drain, IOptions<JobsOptions> options, TimeProvider time)
{
    private const string Stopping = "The process is stopping.";

    /// <summary>Waits for a model for at most <see cref="JobsOptions.ModelWait"/>.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Why this process takes no work now; null when it may take some.</returns>
    public async Task<string?> FindObstacleAsync(string model, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Value.ModelWait, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, drain.Started, cancellationToken);
        try
        {
            await reranker.GetModelAsync(model, stop.Token);
            return drain.Started.IsCancellationRequested ? Stopping : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return drain.Started.IsCancellationRequested ? Stopping : "The model of the job is still loading.";
        }
        catch (ModelLoadException exception)
        {
            return $"The model of the job cannot be loaded: {exception.Code}.";
        }
    }
}
