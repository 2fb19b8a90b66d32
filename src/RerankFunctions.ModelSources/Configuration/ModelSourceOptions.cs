using System.ComponentModel.DataAnnotations;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.ModelSources.Configuration;

/// <summary>Place of the cache of fetched models, and its limits: the settings <c>Rerank:Model*</c>.</summary>
public sealed class ModelSourceOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Rerank";

    /// <summary>Folder of fetched models, and of converted weights while a model is loaded. Several processes may share it.</summary>
    /// <value>Default: null, for <c>RerankFunctions/models</c> in the user's local application data; so is an empty text.</value>
    public string? ModelCachePath { get; set; }

    /// <summary>Maximum size of a fetched model folder in bytes.</summary>
    /// <value>Default: 64 GiB.</value>
    [Range(1, long.MaxValue, ErrorMessage = "It must be at least 1.")]
    public long ModelMaxBytes { get; set; } = 64L << 30;

    /// <summary>Full path of the cache folder in use.</summary>
    internal string CacheFolder => DataFolder.Of(ModelCachePath, DataFolder.Models);
}
