using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>A model folder on this machine: <see cref="ModelOptions.ModelPath"/>, relative to the app's own folder.</summary>
internal sealed class LocalModelSource(IOptions<ModelOptions> options) : IModelSource
{
    /// <inheritdoc/>
    public Task<string> GetFolderAsync(CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(options.Value.ModelPath, AppContext.BaseDirectory);
        return Directory.Exists(folder)
            ? Task.FromResult(folder)
            : Task.FromException<string>(new ModelLoadException($"Rerank:ModelPath: the folder {folder} does not exist.") { Code = ModelFailureCodes.ModelNotFound });
    }
}
