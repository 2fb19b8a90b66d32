using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>Safetensors, in one file or in shards that an index names. A graph is built for them.</summary>
internal sealed record SafetensorsWeights : ModelWeights
{
    /// <summary>Creates the weights.</summary>
    /// <param name="file"><see cref="ModelFolderLayout.Safetensors"/> or <see cref="ModelFolderLayout.SafetensorsIndex"/>.</param>
    /// <param name="precision">Type that the graph runs with.</param>
    public SafetensorsWeights(string file, Precision precision)
        : base(file, precision)
    {
    }

    /// <summary>Whether the weights are in shards.</summary>
    public bool IsSharded => File == ModelFolderLayout.SafetensorsIndex;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ReadFurtherFiles(string folder)
    {
        if (!IsSharded)
        {
            return [];
        }

        var shards = new SortedSet<string>(SafetensorsIndex.Read(Path.Combine(folder, File), File).Values, StringComparer.Ordinal);
        return shards.Count > 0 ? [.. shards] : throw new ModelLoadException($"{File} names no files.");
    }
}
