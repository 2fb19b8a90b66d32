using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Inference.ModelFolders;

namespace RerankFunctions.ModelSources.Download;

/// <summary>
/// Downloads the files of a remote model folder that this process loads: the small ones, the first file of the weights, and the files that it names.
/// </summary>
internal sealed class ModelDownload(ModelFileSelector selector, FolderDownload download)
{
    /// <summary>Name of a downloaded folder with safetensors, which are the same for every precision.</summary>
    private const string Safetensors = "safetensors";

    /// <summary>Returns the names that a downloaded folder of a model may have.</summary>
    public IReadOnlyList<string> NamesFor(ModelDefinition model) =>
        ModelFileSelector.MayBeSafetensors(model) ? [Safetensors, selector.SelectionOf(model)] : [selector.SelectionOf(model)];

    /// <summary>Downloads the files.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">The remote folder.</param>
    /// <param name="listed">Its files, every name checked.</param>
    /// <param name="staging">The local folder.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <returns>The name of the downloaded folder, one of <see cref="NamesFor"/>.</returns>
    /// <exception cref="ModelLoadException">A file is missing or cannot be fetched.</exception>
    public async Task<string> RunAsync(
        ModelDefinition model, IRemoteFolder folder, IReadOnlyList<RemoteFile> listed, string staging, CancellationToken cancellationToken)
    {
        var files = listed.ToDictionary(file => file.Path, StringComparer.Ordinal);
        List<RemoteFile> small = [.. ModelFolderLayout.Required.Select(name => Find(folder, files, name))];
        small.AddRange(ModelFolderLayout.Optional.Where(files.ContainsKey).Select(name => files[name]));
        var bytes = await download.RunAsync(folder, small, 0, staging, cancellationToken);

        var weights = selector.Select(model, files.ContainsKey, folder.Name, staging);
        bytes = await download.RunAsync(folder, [Find(folder, files, weights.File)], bytes, staging, cancellationToken);
        if (weights.ReadFurtherFiles(staging) is { Count: > 0 } further)
        {
            await download.RunAsync(folder, [.. further.Select(name => Find(folder, files, name))], bytes, staging, cancellationToken);
        }

        return weights.AreSafetensors ? Safetensors : selector.SelectionOf(model);
    }

    private static RemoteFile Find(IRemoteFolder folder, Dictionary<string, RemoteFile> files, string name) =>
        files.TryGetValue(name, out var file) ? file : throw new ModelLoadException($"{name} is missing in {folder.Name}.");
}
