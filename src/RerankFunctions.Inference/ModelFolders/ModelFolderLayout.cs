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

    /// <summary>The small files that every folder must have.</summary>
    public static IReadOnlyList<string> Required { get; } = [Config, Tokenizer];

    /// <summary>The small files that a folder may have.</summary>
    public static IReadOnlyList<string> Optional { get; } = [TokenizerConfig, SpecialTokensMap, Overrides];

    /// <summary>Returns the names of the ONNX file of a precision, the preferred one first.</summary>
    internal static IReadOnlyList<string> OnnxFilesOf(Precision precision) => precision switch
    {
        Precision.Fp32 => ["onnx/model.onnx", "model.onnx"],
        Precision.Fp16 => ["onnx/model_fp16.onnx", "model_fp16.onnx"],
        _ => ["onnx/model_int8.onnx", "onnx/model_quantized.onnx", "model_int8.onnx", "model_quantized.onnx"],
    };

    /// <summary>Returns the precision that the name of an ONNX file says.</summary>
    internal static Precision PrecisionOf(string onnxFile)
    {
        var name = Path.GetFileNameWithoutExtension(onnxFile);
        return name.EndsWith("_fp16", StringComparison.Ordinal) ? Precision.Fp16
            : name.EndsWith("_int8", StringComparison.Ordinal) || name.EndsWith("_quantized", StringComparison.Ordinal) ? Precision.Int8
            : Precision.Fp32;
    }
}
