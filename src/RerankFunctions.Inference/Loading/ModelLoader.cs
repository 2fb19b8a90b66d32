using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Calibration;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Loading;

/// <summary>Fetches models and opens their folders.</summary>
internal sealed class ModelLoader(
    IModelSource source,
    IOptions<ModelOptions> options,
    Calibrator calibrator,
    TimeProvider time,
    ILogger<ModelLoader> logger) : IModelLoader
{
    /// <inheritdoc/>
    public async Task<FetchedModel> FetchAsync(ModelDefinition model, CancellationToken cancellationToken)
    {
        var path = await source.GetFolderAsync(model, cancellationToken);
        var sessions = SessionSource.Create(options.Value.Device, options.Value.ModelThreads, logger);
        var folder = ModelFolder.Open(path, WeightRequest.Of(model, sessions.Device));
        return new FolderModel(model, folder, sessions, options.Value, calibrator, time, logger);
    }
}
