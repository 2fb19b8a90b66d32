using System.ComponentModel.DataAnnotations;

namespace RerankFunctions.Inference.Abstractions;

/// <summary>How pairs are put together to micro-batches: the settings <c>Rerank:*</c>.</summary>
public sealed class ScoringOptions
{
    /// <summary><see cref="MaxBatchTokens"/> at most.</summary>
    public const int MostTokens = 1 << 22;

    /// <summary><see cref="MaxBatchRows"/> at most.</summary>
    public const int MostRows = 4096;

    /// <summary>Tokens of a micro-batch at most, padding included (rows × longest); 0 for what suits the device: 512 on a CPU, 16,384 on CUDA. A longer pair runs alone.
    /// What pairs share is not in it; rows × (shared + longest) is at most 16 times as much.</summary>
    [Range(0, MostTokens, ErrorMessage = "It must be from {1} (what suits the device) to {2}.")]
    public int MaxBatchTokens { get; set; }

    /// <summary>Pairs of a micro-batch at most; 0 for what suits the device: 64 on a CPU, 256 on CUDA.</summary>
    [Range(0, MostRows, ErrorMessage = "It must be from {1} (what suits the device) to {2}.")]
    public int MaxBatchRows { get; set; }
}
