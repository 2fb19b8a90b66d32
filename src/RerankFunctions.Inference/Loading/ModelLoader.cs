using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Calibration;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Loading;

/// <summary>Loads the model that the settings name.</summary>
internal sealed partial class ModelLoader(
    IModelSource source,
    IOptions<ModelOptions> options,
    Calibrator calibrator,
    TimeProvider time,
    ILogger<ModelLoader> logger) : IModelLoader
{
    /// <inheritdoc/>
    public async Task<LoadedModel> LoadAsync(CancellationToken cancellationToken)
    {
        var path = await source.GetFolderAsync(cancellationToken);
        var started = time.GetTimestamp();
        var sessions = SessionSource.Create(options.Value.Device, options.Value.ModelThreads, logger);
        var folder = ModelFolder.Open(path, new WeightRequest(options.Value.Dtype, sessions.Device, options.Value.ModelFile));
        var family = ModelFamilies.Load(ModelLoadContext.Create(folder, sessions, logger) with
        {
            PrefixCacheBytes = options.Value.PrefixCacheBytes,
            ConvertedFolder = options.Value.ConvertedFolder,
        });
        var model = family.Description;
        var (device, elapsed) = (DeviceNames.NameOf(model.Device), time.GetElapsedTime(started).TotalMilliseconds);
        LogLoaded(logger, path, folder.Weights.File, model.Family, model.Precision, device, model.MaxTokens, model.Revision, elapsed);
        try
        {
            return new LoadedModel(family, calibrator.Measure(family));
        }
        catch
        {
            family.Dispose();
            throw;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Model loaded from {Folder}: {File}, {Family}, {Precision} on {Device}, up to {MaxTokens} tokens per pair, "
            + "revision {Revision}, in {Milliseconds:0} ms")]
    private static partial void LogLoaded(
        ILogger logger, string folder, string file, string family, string precision, string device, int maxTokens, string revision, double milliseconds);
}
