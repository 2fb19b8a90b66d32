namespace RerankFunctions.Inference.ModelFolders;

/// <summary>Names of the files of a model folder.</summary>
public static class ModelFolderLayout
{
    /// <summary>An operator's settings for the model.</summary>
    public const string Overrides = "rerank.json";

    internal const string Config = "config.json";
    internal const string Tokenizer = "tokenizer.json";
    internal const string TokenizerConfig = "tokenizer_config.json";
    internal const string SpecialTokensMap = "special_tokens_map.json";

    /// <summary>Weights in one file.</summary>
    internal const string Safetensors = "model.safetensors";

    /// <summary>The list of files of weights in shards.</summary>
    internal const string SafetensorsIndex = "model.safetensors.index.json";

    /// <summary>The small files that every folder must have.</summary>
    public static IReadOnlyList<string> Required { get; } = [Config, Tokenizer];

    /// <summary>The small files that a folder may have.</summary>
    public static IReadOnlyList<string> Optional { get; } = [TokenizerConfig, SpecialTokensMap, Overrides];

    /// <summary>Names of safetensors, the preferred one first.</summary>
    internal static IReadOnlyList<string> SafetensorsFiles { get; } = [Safetensors, SafetensorsIndex];

    /// <summary>Names of weights that are not supported: Python objects, which can run code.</summary>
    internal static IReadOnlyList<string> PickledFiles { get; } = ["pytorch_model.bin", "pytorch_model.bin.index.json"];

    /// <summary>Returns the names of the ONNX file of a precision, the preferred one first.</summary>
    internal static IReadOnlyList<string> OnnxFilesOf(Precision precision) => precision switch
    {
        Precision.Fp32 => ["onnx/model.onnx", "model.onnx"],
        Precision.Fp16 => ["onnx/model_fp16.onnx", "model_fp16.onnx"],
        Precision.Int8 => ["onnx/model_int8.onnx", "onnx/model_quantized.onnx", "model_int8.onnx", "model_quantized.onnx"],
        _ => ["onnx/model_q4.onnx", "model_q4.onnx"],
    };

    /// <summary>Returns the precision that the name of an ONNX file says.</summary>
    internal static Precision PrecisionOf(string onnxFile)
    {
        var name = Path.GetFileNameWithoutExtension(onnxFile);
        return name.EndsWith("_fp16", StringComparison.Ordinal) ? Precision.Fp16
            : name.EndsWith("_int8", StringComparison.Ordinal) || name.EndsWith("_quantized", StringComparison.Ordinal) ? Precision.Int8
            : name.EndsWith("_q4", StringComparison.Ordinal) ? Precision.Int4
            : Precision.Fp32;
    }
}
