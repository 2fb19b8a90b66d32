using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>An ONNX file with its weights inside, or in files beside it.</summary>
internal sealed record OnnxWeights : ModelWeights
{
    /// <summary>Creates the weights.</summary>
    /// <param name="file">The ONNX file, relative to the model folder.</param>
    /// <param name="precision">Type of its weights.</param>
    public OnnxWeights(string file, Precision precision)
        : base(file, precision)
    {
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ReadFurtherFiles(string folder)
    {
        var parent = File[..(File.LastIndexOf('/') + 1)];
        var locations = OnnxFileValidation.ReadWeightLocations(Path.Combine(folder, File));
        return [.. locations.Order(StringComparer.Ordinal).Select(location => parent + location)];
    }
}
