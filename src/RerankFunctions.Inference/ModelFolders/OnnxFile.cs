using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>The ONNX file of a model folder that is loaded.</summary>
/// <param name="Path">Full path.</param>
/// <param name="RelativePath">Path relative to the folder, with forward slashes, for messages.</param>
/// <param name="Precision">Type of its weights.</param>
internal sealed record OnnxFile(string Path, string RelativePath, Precision Precision)
{
    /// <summary>The setting that lets the device decide.</summary>
    public const string AutoDtype = "auto";

    private static readonly string[] SafetensorsFiles = ["model.safetensors", "model.safetensors.index.json"];

    private static readonly Precision[] CpuOrder = [Precision.Fp32, Precision.Int8, Precision.Fp16];
    private static readonly Precision[] CudaOrder = [Precision.Fp16, Precision.Fp32, Precision.Int8];

    /// <summary>Returns the name of a precision in settings and answers.</summary>
    public static string NameOf(Precision precision) => precision switch
    {
        Precision.Fp32 => "fp32",
        Precision.Fp16 => "fp16",
        Precision.Int8 => "int8",
        _ => throw new ArgumentOutOfRangeException(nameof(precision)),
    };

    /// <summary>Finds the file in a local folder.</summary>
    /// <param name="folder">Full path of the model folder.</param>
    /// <param name="dtype"><c>auto</c>, <c>fp32</c>, <c>fp16</c> or <c>int8</c>.</param>
    /// <param name="device">The device in use, which decides what <c>auto</c> prefers.</param>
    /// <param name="overrides">The folder's <c>rerank.json</c>.</param>
    /// <exception cref="ModelLoadException">There is no such file, or <c>rerank.json</c> gives an invalid name.</exception>
    public static OnnxFile Find(string folder, string dtype, Device device, ModelOverrides overrides)
    {
        if (overrides.File is null && SafetensorsFiles.FirstOrDefault(file => System.IO.File.Exists(System.IO.Path.Combine(folder, file))) is { } safetensors
            && !System.IO.File.Exists(System.IO.Path.Combine(folder, "onnx", "model.onnx")) && !System.IO.File.Exists(System.IO.Path.Combine(folder, "model.onnx")))
        {
            return new OnnxFile(System.IO.Path.Combine(folder, safetensors), safetensors, device == Device.Cuda ? Precision.Fp16 : Precision.Fp32);
        }

        var (name, precision) = Select(name => System.IO.File.Exists(System.IO.Path.Combine(folder, name)), $"the model folder {folder}", dtype, device, overrides);
        return new OnnxFile(System.IO.Path.Combine(folder, name), name, precision);
    }

    /// <summary>Selects the file of a folder: the one in <c>rerank.json</c>, else the requested precision, in <c>onnx/</c> before the root.</summary>
    /// <param name="exists">Returns whether the folder has a file; names have forward slashes.</param>
    /// <param name="folder">The folder, for messages.</param>
    /// <param name="dtype"><c>auto</c>, <c>fp32</c>, <c>fp16</c> or <c>int8</c>.</param>
    /// <param name="device">The device in use, which decides what <c>auto</c> prefers.</param>
    /// <param name="overrides">The folder's <c>rerank.json</c>.</param>
    /// <exception cref="ModelLoadException">There is no such file, or <c>rerank.json</c> gives an invalid name.</exception>
    public static (string RelativePath, Precision Precision) Select(
        Predicate<string> exists, string folder, string dtype, Device device, ModelOverrides overrides)
    {
        Precision? fromFolder = overrides.Dtype is { } named ? Parse(named) : null;
        if (overrides.File is { } file)
        {
            return (Named(exists, folder, file), fromFolder ?? ModelFolderLayout.PrecisionOf(file));
        }

        Precision[] wanted =
            dtype != AutoDtype ? [Parse(dtype)]
            : fromFolder is { } one ? [one]
            : device == Device.Cuda ? CudaOrder : CpuOrder;
        foreach (var precision in wanted)
        {
            if (ModelFolderLayout.OnnxFilesOf(precision).FirstOrDefault(name => exists(name)) is { } found)
            {
                return (found, precision);
            }
        }

        throw new ModelLoadException($"{string.Join(" or ", wanted.SelectMany(ModelFolderLayout.OnnxFilesOf))} is missing in {folder}.");
    }

    private static string Named(Predicate<string> exists, string folder, string file)
    {
        if (!Abstractions.RelativePath.IsValid(file))
        {
            throw new ModelLoadException($"rerank.json: 'file' must be a file inside the model folder: {Abstractions.RelativePath.Rule}.");
        }

        return exists(file) ? file : throw new ModelLoadException($"{file} is missing in {folder}; rerank.json names it.");
    }

    private static Precision Parse(string dtype) =>
        Enum.GetValues<Precision>().Where(precision => NameOf(precision) == dtype).Cast<Precision?>().FirstOrDefault()
        ?? throw new ModelLoadException($"rerank.json: 'dtype' must be one of {string.Join(", ", Enum.GetValues<Precision>().Select(NameOf))}.");
}
