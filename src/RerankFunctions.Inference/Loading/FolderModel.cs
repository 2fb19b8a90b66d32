using Microsoft.Extensions.Logging;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Calibration;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Loading;

/// <summary>A model in a folder on the local disk.</summary>
/// <param name="model">The model, for the log.</param>
/// <param name="folder">Its folder.</param>
/// <param name="sessions">Opens sessions on the device in use.</param>
/// <param name="options">What runs it.</param>
/// <param name="calibrator">Measures its runs.</param>
/// <param name="time">The clock of the load.</param>
/// <param name="logger">Receives what was loaded.</param>
internal sealed partial class FolderModel(
    ModelDefinition model, ModelFolder folder, SessionSource sessions, ModelOptions options, Calibrator calibrator, TimeProvider time, ILogger logger)
    : FetchedModel
{
    /// <inheritdoc/>
    public override ModelDescription Description { get; } = folder.Describe(sessions.Device);

    /// <inheritdoc/>
    public override long WeightBytes { get; } = WeightSize.Of(folder);

    /// <inheritdoc/>
    public override Task<LoadedModel> LoadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var started = time.GetTimestamp();
        var family = ModelFamilies.Load(ModelLoadContext.Create(folder, sessions, logger) with
        {
            Description = Description,
            PrefixCacheBytes = options.PrefixCacheBytes,
            ConvertedFolder = options.ConvertedFolder,
            CancellationToken = cancellationToken,
        });
        var loaded = family.Description;
        var (device, elapsed) = (DeviceNames.NameOf(loaded.Device), time.GetElapsedTime(started).TotalMilliseconds);
        LogLoaded(
            logger,
            model.Name,
            folder.Path,
            folder.Weights.File,
            loaded.Family,
            loaded.Precision,
            device,
            loaded.MaxTokens,
            loaded.Revision,
            WeightBytes,
            elapsed);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult(new LoadedModel(family, calibrator.Measure(family, cancellationToken)));
        }
        catch
        {
            family.Dispose();
            throw;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Model {Name} loaded from {Folder}: {File}, {Family}, {Precision} on {Device}, up to {MaxTokens} tokens per pair, "
            + "revision {Revision}, {Bytes} bytes of weights, in {Milliseconds:0} ms")]
    private static partial void LogLoaded(
        ILogger logger,
        string name,
        string folder,
        string file,
        string family,
        string precision,
        string device,
        int maxTokens,
        string revision,
        long bytes,
        double milliseconds);
}
