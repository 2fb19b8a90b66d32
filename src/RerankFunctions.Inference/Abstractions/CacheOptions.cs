using System.ComponentModel.DataAnnotations;

namespace RerankFunctions.Inference.Abstractions;

/// <summary>How many scores a process remembers: the settings <c>Rerank:*</c>.</summary>
public sealed class CacheOptions
{
    /// <summary>Maximum of <see cref="CacheBytes"/>: 16 GiB.</summary>
    public const long MaxBytes = 16L * 1024 * 1024 * 1024;

    /// <summary>Maximum size in bytes of the table of recent scores; 0 for none. It is allocated as it fills; a score takes 24 bytes.</summary>
    /// <value>64 MiB: 2.8 million scores.</value>
    [Range(0, MaxBytes, ErrorMessage = "It must be from {1} (no cache) to {2}.")]
    public long CacheBytes { get; set; } = 64 * 1024 * 1024;
}
