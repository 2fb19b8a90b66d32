using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Onnx;

/// <summary>
/// Validation of an ONNX file before ONNX Runtime reads it. It walks the whole protobuf in place and builds no objects.
/// Sizes, counts and nesting are bounded. What protobuf parsers may read differently is refused: fields that occur more often than they may, wrong wire
/// types, numbers that do not fit or are longer than they need to be. A tensor holds as many bytes as its shape asks for. Weights beside the graph have
/// names inside its folder, and their files are long enough.
/// ONNX Runtime itself checks operators and types.
/// </summary>
public static class OnnxFileValidation
{
    /// <summary>Validates an ONNX file and the sizes of the files of weights that it names.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    /// <exception cref="ModelLoadException">The file is damaged, ambiguous or beyond a limit; the message names the file.</exception>
    public static void Validate(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        Visit(path, new OnnxModelWalk(Path.GetDirectoryName(Path.GetFullPath(path))));
    }

    /// <summary>Returns the names of the files of weights that an ONNX file names, relative to its folder. The files need not exist.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    /// <exception cref="ModelLoadException">The file is damaged, ambiguous or beyond a limit; the message names the file.</exception>
    public static IReadOnlyCollection<string> ReadWeightLocations(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var walk = new OnnxModelWalk(folder: null);
        Visit(path, walk);
        return walk.Locations;
    }

    private static void Visit(string path, OnnxModelWalk walk)
    {
        try
        {
            using var file = MappedFile.Open(path);
            walk.Visit(file.GetSpan());
        }
        catch (OnnxFormatException exception)
        {
            throw new ModelLoadException($"{path} cannot be used: {exception.Message}.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"{path} cannot be read: {exception.Message}", exception);
        }
    }
}
