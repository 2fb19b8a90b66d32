using System.ComponentModel.DataAnnotations;

namespace RerankFunctions.Inference.Abstractions;

/// <summary>How pairs form micro-batches: the settings <c>Rerank:*</c>.</summary>
public sealed class ScoringOptions
{
    /// <summary>Maximum of <see cref="MaxBatchTokens"/>.</summary>
    public const int MaxTokens = 1 << 22;

    /// <summary>Maximum of <see cref="MaxBatchRows"/>.</summary>
    public const int MaxRows = 4096;

    /// <summary>
    /// Maximum number of tokens of a micro-batch, padding included (rows × longest); 0 for the device's default: 512 on a CPU, 16,384 on CUDA.
    /// A longer pair runs alone. A prefix that pairs share does not count, but rows × (shared + longest) is limited to 16 times as much.
    /// </summary>
    [Range(0, MaxTokens, ErrorMessage = "It must be from {1} (the device's default) to {2}.")]
    public int MaxBatchTokens { get; set; }

    /// <summary>Maximum number of pairs of a micro-batch; 0 for the device's default: 64 on a CPU, 256 on CUDA.</summary>
    [Range(0, MaxRows, ErrorMessage = "It must be from {1} (the device's default) to {2}.")]
    public int MaxBatchRows { get; set; }
}
