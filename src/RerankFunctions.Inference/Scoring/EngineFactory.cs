using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Caching;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Inference.Telemetry;

namespace RerankFunctions.Inference.Scoring;

/// <summary>Creates the engines of loaded models.</summary>
/// <param name="cache">The scores of this process.</param>
/// <param name="options">How micro-batches are formed.</param>
/// <param name="time">The clock of deadlines.</param>
internal sealed class EngineFactory(ScoreCache cache, IOptions<ScoringOptions> options, TimeProvider time)
{
    /// <summary>Creates the engine of a model and starts its threads.</summary>
    /// <param name="model">The model, which is freed if the engine cannot be created.</param>
    /// <param name="metrics">Receives what is run.</param>
    public Engine Create(LoadedModel model, EngineMetrics metrics)
    {
        try
        {
            return new Engine(model, new ScoringState(new RunLimits(model.Cost, options.Value), cache, metrics), metrics, time);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
