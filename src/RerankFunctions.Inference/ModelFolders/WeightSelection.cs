using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>
/// The rules that choose the weights of a model folder, local or remote: the ONNX file that a setting or <c>rerank.json</c> names, else safetensors if a graph
/// is built for them, else the ONNX file of the precision.
/// </summary>
internal static class WeightSelection
{
    private static readonly Precision[] CpuOrder = [Precision.Fp32, Precision.Int8, Precision.Fp16];
    private static readonly Precision[] CudaOrder = [Precision.Fp16, Precision.Fp32, Precision.Int8];

    /// <summary>Selects the weights of a folder.</summary>
    /// <param name="exists">Returns whether the folder has a file; names have forward slashes.</param>
    /// <param name="folder">The folder, for messages.</param>
    /// <param name="config">Reads the folder's <c>config.json</c>; called only if the folder has safetensors.</param>
    /// <param name="overrides">The folder's <c>rerank.json</c>.</param>
    /// <param name="request">What the settings ask for.</param>
    /// <exception cref="ModelLoadException">The folder has no such weights, or a name or precision is not valid.</exception>
    public static ModelWeights Select(
        Predicate<string> exists, string folder, Func<ModelConfig> config, ModelOverrides overrides, WeightRequest request)
    {
        Precision? fromFolder = overrides.Dtype is { } named ? Parse(named, "rerank.json: 'dtype'") : null;
        if (!string.IsNullOrEmpty(request.File))
        {
            return Named(exists, folder, request.File, request.Settings.File, fromFolder: null);
        }

        if (overrides.File is { } file)
        {
            return Named(exists, folder, file, "rerank.json: 'file'", fromFolder);
        }

        var asked = request.Dtype == PrecisionSetting.Auto ? fromFolder : Parse(request.Dtype, request.Settings.Dtype);
        var obstacle = default(string);
        if (ModelFolderLayout.SafetensorsFiles.FirstOrDefault(name => exists(name)) is { } safetensors)
        {
            obstacle = BuiltArchitectures.FindObstacle(config(), overrides);
            if (obstacle is null)
            {
                return new SafetensorsWeights(safetensors, asked ?? (request.Device == Device.Cuda ? Precision.Fp16 : Precision.Fp32));
            }
        }

        Precision[] wanted = asked is { } one ? [one] : request.Device == Device.Cuda ? CudaOrder : CpuOrder;
        foreach (var precision in wanted)
        {
            if (ModelFolderLayout.OnnxFilesOf(precision).FirstOrDefault(name => exists(name)) is { } found)
            {
                return new OnnxWeights(found, precision);
            }
        }

        throw new ModelLoadException(Missing(exists, folder, [.. wanted.SelectMany(ModelFolderLayout.OnnxFilesOf)], obstacle));
    }

    /// <summary>Returns why weights cannot run on the device of a request; null if they can. ONNX Runtime decides about ONNX files.</summary>
    public static string? FindObstacle(ModelWeights weights, WeightRequest request) => (weights, request.Device) switch
    {
        (SafetensorsWeights { Precision: Precision.Int8 or Precision.Int4 }, Device.Cuda) =>
            $"{PrecisionNames.NameOf(weights.Precision)} of safetensors runs on a CPU only; on CUDA, {request.Settings.Dtype} must be auto, fp16 or fp32.",

        // ONNX Runtime's operators for CPUs convert each input to fp32 and back.
        (SafetensorsWeights { Precision: Precision.Fp16 }, not Device.Cuda) =>
            $"fp16 of safetensors runs on CUDA only; on a CPU, {request.Settings.Dtype} must be auto, fp32, int8 or int4.",
        _ => null,
    };

    private static OnnxWeights Named(Predicate<string> exists, string folder, string file, string source, Precision? fromFolder)
    {
        if (!RelativePath.IsValid(file))
        {
            throw new ModelLoadException($"{source} must be a file inside the model folder: {RelativePath.Rule}.");
        }

        if (file.EndsWith(".safetensors", StringComparison.Ordinal))
        {
            throw new ModelLoadException($"{source} must be an ONNX file; safetensors are found by their names.");
        }

        return exists(file)
            ? new OnnxWeights(file, fromFolder ?? ModelFolderLayout.PrecisionOf(file))
            : throw new ModelLoadException($"{file} is missing in {folder}; {source} names it.");
    }

    private static string Missing(Predicate<string> exists, string folder, IReadOnlyList<string> onnx, string? obstacle)
    {
        if (obstacle is not null)
        {
            return $"{string.Join(" or ", onnx)} is missing in {folder}, and its safetensors cannot be used: {obstacle}.";
        }

        var missing = $"{ModelFolderLayout.Safetensors} or {string.Join(" or ", onnx)} is missing in {folder}";
        return ModelFolderLayout.PickledFiles.FirstOrDefault(name => exists(name)) is { } pickled
            ? $"{missing}, and {pickled} is not read because such a file can run code: save the model as {ModelFolderLayout.Safetensors} "
                + "(save_pretrained of transformers does), or name a revision that has this file or an ONNX file."
            : $"{missing}.";
    }

    private static Precision Parse(string dtype, string source) =>
        PrecisionNames.Find(dtype) ?? throw new ModelLoadException($"{source} must be one of {PrecisionNames.All}.");
}
