using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Loading;

/// <summary>Brings the model from its source into memory, as the settings say.</summary>
internal sealed partial class ModelLoader(IModelSource source, IOptions<ModelOptions> options, TimeProvider time, ILogger<ModelLoader> logger)
{
    /// <summary>Loads the model and runs it once.</summary>
    /// <exception cref="ModelLoadException">It cannot be used; the message says which file and why. Logged, too.</exception>
    public async Task<IModelFamily> LoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var path = await source.GetFolderAsync(cancellationToken);
            var started = time.GetTimestamp();
            var sessions = SessionSource.Create(options.Value.Device, options.Value.ModelThreads, logger);
            var folder = ModelFolder.Open(path, options.Value.Dtype, sessions.Device);
            var family = ModelFamilies.Load(ModelLoadContext.Create(folder, sessions, logger));
            var model = family.Description;
            var (device, elapsed) = (DeviceNames.NameOf(model.Device), time.GetElapsedTime(started).TotalMilliseconds);
            Loaded(logger, path, folder.File.RelativePath, model.Family, model.Precision, device, model.MaxTokens, model.Revision, elapsed);
            return family;
        }
        catch (ModelLoadException e)
        {
            NotLoaded(logger, e.Message);
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Model loaded from {Folder}: {File}, {Family}, {Precision} on {Device}, at most {MaxTokens} tokens a pair, revision {Revision}, in {Milliseconds:0} ms")]
    private static partial void Loaded(ILogger logger, string folder, string file, string family, string precision, string device, int maxTokens, string revision, double milliseconds);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The model cannot be loaded: {Reason}")]
    private static partial void NotLoaded(ILogger logger, string reason);
}
