using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>
/// Structural checks of an ONNX file before ONNX Runtime sees it: the whole protobuf is walked in place, nothing of it is built in memory.
/// Sizes, counts and nesting are bounded; a tensor holds as many bytes as its shape says; weights beside the graph lie in the model's folder and within their file.
/// Whether operators exist and types fit is for ONNX Runtime to say. Field numbers: onnx.proto of github.com/onnx/onnx.
/// </summary>
public static class OnnxModelChecks
{
    /// <summary>Checks one model file and the files of weights that it names.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    /// <exception cref="ModelLoadException">The file is damaged, or goes beyond a limit; the message says which file and why.</exception>
    public static void Check(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        Run(path, new OnnxModelWalk(Path.GetDirectoryName(Path.GetFullPath(path))));
    }

    /// <summary>The files of weights that a model file names, relative to its folder, as it spells them; they need not be there.</summary>
    /// <param name="path">The <c>.onnx</c> file, checked but for what lies beside it.</param>
    /// <exception cref="ModelLoadException">The file is damaged, or goes beyond a limit; the message says which file and why.</exception>
    public static IReadOnlyCollection<string> ExternalLocations(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var walk = new OnnxModelWalk(folder: null);
        Run(path, walk);
        return walk.Locations;
    }

    private static void Run(string path, OnnxModelWalk walk)
    {
        try
        {
            using var file = MappedFile.Open(path);
            walk.Model(file.GetSpan());
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
