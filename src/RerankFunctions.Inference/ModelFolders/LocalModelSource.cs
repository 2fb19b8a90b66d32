using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>A model folder on this machine: <see cref="ModelOptions.ModelPath"/>, which is relative to the app's own folder.</summary>
internal sealed class LocalModelSource(IOptions<ModelOptions> options) : IModelSource
{
    /// <inheritdoc/>
    public Task<string> GetFolderAsync(CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(options.Value.ModelPath, AppContext.BaseDirectory);
        if (Directory.Exists(folder))
        {
            return Task.FromResult(folder);
        }

        var failure = new ModelLoadException($"Rerank:ModelPath: the folder {folder} does not exist.") { Code = ModelFailureCodes.ModelNotFound };
        return Task.FromException<string>(failure);
    }
}
