using System.ComponentModel.DataAnnotations;

namespace RerankFunctions.ModelSources;

/// <summary>What a model is called, where fetched model folders are kept, and how large they may be: the settings <c>Rerank:Model*</c>.</summary>
public sealed class ModelSourceOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Rerank";

    /// <summary>Name by which requests may call the model and answers name it; null or empty for <see cref="ModelLocation.DefaultName"/>.</summary>
    [RegularExpression(@"^(?!\s)\P{Cc}{1,200}(?<!\s)$", ErrorMessage = "It must have from 1 to 200 characters, no control characters, and no white space at its ends.")]
    public string? ModelName { get; set; }

    /// <summary>Folder that keeps what was fetched; null or empty for <c>RerankFunctions/models</c> in the user's local application data. Several processes may share it.</summary>
    public string? ModelCachePath { get; set; }

    /// <summary>Bytes of one fetched model folder at most.</summary>
    /// <value>Default: 64 GiB.</value>
    [Range(1, long.MaxValue, ErrorMessage = "It must be at least 1.")]
    public long ModelMaxBytes { get; set; } = 64L << 30;

    /// <summary>The cache folder in use, as a full path.</summary>
    internal string CacheFolder => Path.GetFullPath(
        !string.IsNullOrWhiteSpace(ModelCachePath)
            ? ModelCachePath
            : Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } data
                    ? data
                    : Path.GetTempPath(),
                "RerankFunctions",
                "models"));
}
