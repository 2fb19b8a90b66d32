using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>Model folders on this machine. A relative path starts at the app's own folder.</summary>
public sealed class LocalModelSource : IModelSource
{
    private const string Unnamed = "model";

    /// <inheritdoc/>
    public string NameOf(string path) => ModelNames.LastPart(path) ?? Unnamed;

    /// <inheritdoc/>
    public Task<string> GetFolderAsync(ModelDefinition model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        var folder = Path.GetFullPath(model.Path, AppContext.BaseDirectory);
        if (Directory.Exists(folder))
        {
            return Task.FromResult(folder);
        }

        var failure = new ModelLoadException($"{model.Settings.Path}: the folder {folder} does not exist.") { Code = ModelFailureCodes.ModelNotFound };
        return Task.FromException<string>(failure);
    }
}
