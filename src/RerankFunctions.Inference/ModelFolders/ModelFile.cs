using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>The ONNX file of a model folder that is used.</summary>
/// <param name="Path">Full path.</param>
/// <param name="RelativePath">Path inside the folder, with forward slashes: how messages name it.</param>
/// <param name="Precision">Type of its weights.</param>
internal sealed record ModelFile(string Path, string RelativePath, Precision Precision)
{
    private static readonly Precision[] CpuOrder = [Precision.Fp32, Precision.Int8, Precision.Fp16];
    private static readonly Precision[] CudaOrder = [Precision.Fp16, Precision.Fp32, Precision.Int8];

    /// <summary>The name of a precision in settings and answers.</summary>
    public static string NameOf(Precision precision) => precision switch
    {
        Precision.Fp32 => "fp32",
        Precision.Fp16 => "fp16",
        Precision.Int8 => "int8",
        _ => throw new ArgumentOutOfRangeException(nameof(precision)),
    };

    /// <summary>Picks the file: <c>rerank.json</c>'s, else the one of the precision asked for, under <c>onnx/</c> before the root.</summary>
    /// <param name="folder">Full path of the model folder.</param>
    /// <param name="dtype"><c>auto</c>, <c>fp32</c>, <c>fp16</c> or <c>int8</c>.</param>
    /// <param name="device">The device in use, which decides what <c>auto</c> prefers.</param>
    /// <param name="overrides">What <c>rerank.json</c> says.</param>
    /// <exception cref="ModelLoadException">There is no such file, or its name leads out of the folder.</exception>
    public static ModelFile Find(string folder, string dtype, Device device, ModelOverrides overrides)
    {
        var (name, precision) = Choose(name => File.Exists(System.IO.Path.Combine(folder, name)), folder, dtype, device, overrides);
        return new ModelFile(System.IO.Path.Combine(folder, name), name, precision);
    }

    /// <summary>The same for a folder that need not be on this machine.</summary>
    /// <param name="exists">Whether the folder has a file; asked with forward slashes.</param>
    /// <param name="folder">Names the folder in messages.</param>
    /// <param name="dtype"><c>auto</c>, <c>fp32</c>, <c>fp16</c> or <c>int8</c>.</param>
    /// <param name="device">The device in use, which decides what <c>auto</c> prefers.</param>
    /// <param name="overrides">What <c>rerank.json</c> says.</param>
    /// <exception cref="ModelLoadException">There is no such file, or its name leads out of the folder.</exception>
    public static (string RelativePath, Precision Precision) Choose(
        Func<string, bool> exists, string folder, string dtype, Device device, ModelOverrides overrides)
    {
        Precision? fromFolder = overrides.Dtype is { } named ? Parse(named) : null;
        if (overrides.File is { } file)
        {
            return (Named(exists, folder, file), fromFolder ?? OfName(file));
        }

        Precision[] wanted =
            dtype != "auto" && Parse(dtype) is { } asked ? [asked]
            : fromFolder is { } one ? [one]
            : device == Device.Cuda ? CudaOrder : CpuOrder;
        foreach (var precision in wanted)
        {
            foreach (var name in NamesOf(precision))
            {
                if (exists(name))
                {
                    return (name, precision);
                }
            }
        }

        throw new ModelLoadException(
            $"{string.Join(" or ", wanted.SelectMany(NamesOf))} is missing in the model folder {folder}.");
    }

    private static string Named(Func<string, bool> exists, string folder, string file)
    {
        if (!FolderPath.TryResolve(System.IO.Path.GetTempPath(), file, out _))
        {
            throw new ModelLoadException("rerank.json: 'file' must be a path inside the model folder.");
        }

        var name = file.Replace('\\', '/');
        return exists(name) ? name : throw new ModelLoadException($"{file}, named by rerank.json, is missing in the model folder {folder}.");
    }

    private static Precision Parse(string name) =>
        Enum.GetValues<Precision>().Where(p => NameOf(p) == name).Cast<Precision?>().FirstOrDefault()
        ?? throw new ModelLoadException($"rerank.json: 'dtype' must be one of {string.Join(", ", Enum.GetValues<Precision>().Select(NameOf))}.");

    private static Precision OfName(string file)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(file);
        return name.EndsWith("_fp16", StringComparison.Ordinal) ? Precision.Fp16
            : name.EndsWith("_int8", StringComparison.Ordinal) || name.EndsWith("_quantized", StringComparison.Ordinal) ? Precision.Int8
            : Precision.Fp32;
    }

    private static string[] NamesOf(Precision precision) => precision switch
    {
        Precision.Fp32 => ["onnx/model.onnx", "model.onnx"],
        Precision.Fp16 => ["onnx/model_fp16.onnx", "model_fp16.onnx"],
        _ => ["onnx/model_int8.onnx", "onnx/model_quantized.onnx", "model_int8.onnx", "model_quantized.onnx"],
    };
}
