using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Safetensors;

/// <summary>The tensors of a model, in one file or in shards.</summary>
/// <param name="File">Name of the file or of the list of shards, for messages.</param>
/// <param name="Tensors">The tensors by name.</param>
internal sealed record SafetensorsModel(string File, IReadOnlyDictionary<string, SafetensorsTensor> Tensors)
{
    /// <summary>Reads the headers of all files of a model.</summary>
    /// <param name="folder">Full path of the model folder.</param>
    /// <param name="file">The file of weights, or the list of shards (<see cref="SafetensorsIndex"/>), relative to the folder.</param>
    /// <exception cref="ModelLoadException">A file cannot be read or is not valid, or a shard does not hold what the list says.</exception>
    public static SafetensorsModel Open(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        if (!file.EndsWith(SafetensorsIndex.Extension, StringComparison.Ordinal))
        {
            return new SafetensorsModel(file, SafetensorsFile.Read(path, file).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal));
        }

        var map = SafetensorsIndex.Read(path, file);
        var tensors = new Dictionary<string, SafetensorsTensor>(StringComparer.Ordinal);
        var root = Path.GetDirectoryName(path)!;
        foreach (var shard in map.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            foreach (var tensor in SafetensorsFile.Read(RelativePath.Resolve(root, shard), shard))
            {
                // Readers that follow the list and readers that take whole files must find the same tensors.
                if (!map.TryGetValue(tensor.Name, out var named) || named != shard)
                {
                    throw new ModelLoadException($"{shard} has the tensor {PrintableName.Of(tensor.Name)}, which {file} does not name there.");
                }

                tensors.Add(tensor.Name, tensor);
            }
        }

        return map.Keys.FirstOrDefault(name => !tensors.ContainsKey(name)) is { } missing
            ? throw new ModelLoadException($"{map[missing]} has no tensor {PrintableName.Of(missing)}, which {file} names there.")
            : new SafetensorsModel(file, tensors);
    }
}
