using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.ModelSources.Download;

/// <summary>
/// Downloads the files of a remote model folder that this process loads: the small ones, one ONNX file, and the files of weights that it names.
/// </summary>
internal sealed class ModelDownload(ModelFileSelector selector, FolderDownload download)
{
    /// <summary>What decides the selection, as a part of a file name.</summary>
    public string Selection => selector.Selection;

    /// <summary>Downloads the files.</summary>
    /// <param name="folder">The remote folder.</param>
    /// <param name="listed">Its files, every name checked.</param>
    /// <param name="staging">The local folder.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="ModelLoadException">A file is missing or cannot be fetched.</exception>
    public async Task RunAsync(IRemoteFolder folder, IReadOnlyList<RemoteFile> listed, string staging, CancellationToken cancellationToken)
    {
        var files = listed.ToDictionary(file => file.Path, StringComparer.Ordinal);
        List<RemoteFile> small = [.. ModelFolderLayout.Required.Select(name => Find(folder, files, name))];
        small.AddRange(ModelFolderLayout.Optional.Where(files.ContainsKey).Select(name => files[name]));
        var bytes = await download.RunAsync(folder, small, 0, staging, cancellationToken);

        var overrides = files.ContainsKey(ModelFolderLayout.Overrides)
            ? await File.ReadAllBytesAsync(RelativePath.Resolve(staging, ModelFolderLayout.Overrides), cancellationToken)
            : null;
        var onnx = files[selector.SelectOnnx(files.ContainsKey, folder.Name, overrides)];
        bytes = await download.RunAsync(folder, [onnx], bytes, staging, cancellationToken);

        var parent = onnx.Path[..(onnx.Path.LastIndexOf('/') + 1)];
        var locations = OnnxFileValidation.ReadWeightLocations(RelativePath.Resolve(staging, onnx.Path));
        if (locations.Count > 0)
        {
            await download.RunAsync(folder, [.. locations.Select(location => Find(folder, files, parent + location))], bytes, staging, cancellationToken);
        }
    }

    private static RemoteFile Find(IRemoteFolder folder, Dictionary<string, RemoteFile> files, string name) =>
        files.TryGetValue(name, out var file) ? file : throw new ModelLoadException($"{name} is missing in {folder.Name}.");
}
