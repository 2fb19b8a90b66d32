using System.ComponentModel.DataAnnotations;

namespace RerankFunctions.Inference.Abstractions;

/// <summary>
/// Which model is loaded and what runs it: the settings <c>Rerank:*</c>. Several models have settings of their own, <see cref="NamedModelOptions"/>.
/// </summary>
public sealed class ModelOptions
{
    /// <summary>Maximum of <see cref="ModelThreads"/>.</summary>
    public const int MaxThreads = 256;

    /// <summary>Default of <see cref="PrefixCacheBytes"/>.</summary>
    public const long DefaultPrefixCacheBytes = 512L << 20;

    /// <summary>Maximum of <see cref="PrefixCacheBytes"/>.</summary>
    public const long MaxPrefixCacheBytes = 1L << 40;

    /// <summary>Maximum of <see cref="ModelMemoryBytes"/>.</summary>
    public const long MaxModelMemoryBytes = 1L << 50;

    /// <summary>The model folder (Hugging Face layout). A relative path starts at the app's own folder.</summary>
    [Required(ErrorMessage = "It must be the path of a model folder.")]
    public string ModelPath { get; set; } = "models/demo";

    /// <summary>Name of the model in requests and answers.</summary>
    /// <value>Default: null, for the one that <see cref="IModelSource.NameOf"/> gives; so is an empty text.</value>
    [CustomValidation(typeof(ModelNames), nameof(ModelNames.ValidateName))]
    public string? ModelName { get; set; }

    /// <summary>Further names by which requests may call the model, with commas between.</summary>
    [CustomValidation(typeof(ModelNames), nameof(ModelNames.ValidateList))]
    public string? ModelAliases { get; set; }

    /// <summary>Name of the model that requests get that name none, of several.</summary>
    /// <value>Default: null, where there is one model.</value>
    public string? DefaultModel { get; set; }

    /// <summary>Maximum size of the weights of all loaded models together, in bytes of the form in which they run; 0 for no limit.</summary>
    /// <value>Default: null. Of several models: half of the process's memory on a CPU, three quarters of the device's on CUDA. Of one model: no limit.</value>
    [Range(0, MaxModelMemoryBytes, ErrorMessage = "It must be from {1} (no limit) to {2}.")]
    public long? ModelMemoryBytes { get; set; }

    /// <summary>Minimum time for which a loaded model stays while requests wait for another one that needs its memory.</summary>
    /// <value>15 s: several times what a load takes, and less than messages of jobs wait for their model.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00", ErrorMessage = "It must be from {1} to {2}.")]
    public TimeSpan ModelMinResidency { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Precision: <c>auto</c>, <c>fp32</c>, <c>fp16</c>, <c>int8</c> or <c>int4</c>. Safetensors run with it; <c>auto</c> is fp32 on a CPU and fp16 on CUDA.
    /// Of ONNX files it selects one; <c>auto</c> prefers fp32, int8, fp16 on a CPU and fp16, fp32, int8 on CUDA.
    /// </summary>
    [AllowedValues("auto", "fp32", "fp16", "int8", "int4", ErrorMessage = PrecisionSetting.Rule)]
    public string Dtype { get; set; } = PrecisionSetting.Auto;

    /// <summary>
    /// The ONNX file to load, relative to the model folder. It comes before safetensors and before the file that <c>rerank.json</c> names.
    /// </summary>
    /// <value>Default: null, for the choice of the app; so is an empty text.</value>
    [CustomValidation(typeof(RelativePath), nameof(RelativePath.ValidateSetting))]
    public string? ModelFile { get; set; }

    /// <summary>Folder of fetched models, and of converted weights while a model is loaded.</summary>
    /// <value>Default: null, for the folder that <see cref="DataFolder.Of"/> says; so is an empty text.</value>
    public string? ModelCachePath { get; set; }

    /// <summary>The device that runs the model.</summary>
    public Device Device { get; set; }

    /// <summary>Number of threads that run the model on a CPU; 0 for one per core that the process may use.</summary>
    [Range(0, MaxThreads, ErrorMessage = "It must be from {1} (one per core) to {2}.")]
    public int ModelThreads { get; set; }

    /// <summary>
    /// Maximum size of the keys and values that a causal model keeps of prefixes, in bytes. Those of the default instruction count and are never freed.
    /// A larger prefix is kept until a run uses another one.
    /// </summary>
    /// <value>Default: 512 MiB.</value>
    [Range(0, MaxPrefixCacheBytes, ErrorMessage = "It must be from {1} to {2}.")]
    public long PrefixCacheBytes { get; set; } = DefaultPrefixCacheBytes;

    /// <summary>Full path of the folder for weights that are converted while the model is loaded.</summary>
    internal string ConvertedFolder => Path.Combine(DataFolder.Of(ModelCachePath, DataFolder.Models), "converted");
}
