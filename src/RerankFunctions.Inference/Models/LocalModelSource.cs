using Microsoft.Extensions.Options;

namespace RerankFunctions.Inference.Models;

/// <summary>A model folder on this machine: <see cref="ModelOptions.ModelPath"/>, relative to the app's own folder.</summary>
internal sealed class LocalModelSource(IOptions<ModelOptions> options) : IModelSource
{
    /// <inheritdoc/>
    public Task<string> GetFolderAsync(CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(options.Value.ModelPath, AppContext.BaseDirectory);
        return Directory.Exists(folder)
            ? Task.FromResult(folder)
            : Task.FromException<string>(new ModelLoadException($"Rerank:ModelPath: the folder {folder} does not exist."));
    }
}
