using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.ModelSources.Download;

namespace RerankFunctions.ModelSources;

/// <summary>Fetches those files of a remote folder that this process loads, and no others.</summary>
internal sealed class ModelFileSelection(ModelFiles rule, FolderDownload download)
{
    /// <summary>What decides the selection, as a word for file names.</summary>
    public string Name => rule.Selection;

    /// <summary>Fetches the small files, the ONNX file and the files of weights that it names.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="listed">What is there, every name checked.</param>
    /// <param name="staging">Where they go.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="ModelLoadException">A file is missing or cannot be fetched.</exception>
    public async Task FetchAsync(IRemoteFolder folder, IReadOnlyList<RemoteFile> listed, string staging, CancellationToken cancellationToken)
    {
        var files = listed.ToDictionary(file => file.Path, StringComparer.Ordinal);
        foreach (var name in ModelFiles.Required)
        {
            Require(folder, files, name);
        }

        var small = ModelFiles.Required.Concat(ModelFiles.Optional).Where(files.ContainsKey).ToList();
        var bytes = await download.RunAsync(folder, [.. small.Select(name => files[name])], 0, staging, cancellationToken);
        var onnx = await ChooseAsync(folder, files, staging, cancellationToken);
        bytes = await download.RunAsync(folder, [onnx], bytes, staging, cancellationToken);
        var weights = WeightsOf(folder, files, onnx, staging);
        if (weights.Count > 0)
        {
            await download.RunAsync(folder, weights, bytes, staging, cancellationToken);
        }
    }

    private async Task<RemoteFile> ChooseAsync(IRemoteFolder folder, Dictionary<string, RemoteFile> files, string staging, CancellationToken cancellationToken)
    {
        var overrides = RemotePath.Within(staging, "rerank.json");
        var json = File.Exists(overrides) ? await File.ReadAllBytesAsync(overrides, cancellationToken) : null;
        var name = rule.ChooseOnnx(files.Keys.ToHashSet(StringComparer.Ordinal), folder.Name, json);
        return files[name];
    }

    private static List<RemoteFile> WeightsOf(IRemoteFolder folder, Dictionary<string, RemoteFile> files, RemoteFile onnx, string staging)
    {
        var parent = onnx.Path[..(onnx.Path.LastIndexOf('/') + 1)];
        return [.. OnnxModelChecks.ExternalLocations(RemotePath.Within(staging, onnx.Path))
            .Select(location => Require(folder, files, RemotePath.IsSafe(location)
                ? parent + location
                : throw new ModelLoadException($"{folder.Name}: {onnx.Path} names a file of weights that is not inside its folder.")))];
    }

    private static RemoteFile Require(IRemoteFolder folder, Dictionary<string, RemoteFile> files, string name) =>
        files.TryGetValue(name, out var file) ? file : throw new ModelLoadException($"{name} is missing in {folder.Name}.");
}
