using System.ComponentModel.DataAnnotations;

namespace RerankFunctions.Inference.Abstractions;

/// <summary>How pairs form micro-batches: the settings <c>Rerank:*</c>.</summary>
public sealed class ScoringOptions
{
    /// <summary>Maximum of <see cref="MaxBatchTokens"/>.</summary>
    public const int MaxTokens = 1 << 22;

    /// <summary>Maximum of <see cref="MaxBatchRows"/>.</summary>
    public const int MaxRows = 4096;

    /// <summary>Maximum of <see cref="MaxWaitingTokens"/>.</summary>
    public const long MaxTokensInEngine = 1L << 32;

    /// <summary>Maximum of <see cref="MaxChunksPerDocument"/>.</summary>
    public const int MaxChunks = 100_000;

    /// <summary>
    /// Maximum number of tokens of a micro-batch, padding included (rows × longest); 0 for what the measurement at load finds.
    /// A longer pair runs alone. A prefix that pairs share does not count, but rows × (shared + longest) is limited to 16 times as much.
    /// </summary>
    [Range(0, MaxTokens, ErrorMessage = "It must be from {1} (measured) to {2}.")]
    public int MaxBatchTokens { get; set; }

    /// <summary>Maximum number of pairs of a micro-batch; 0 for the device's default: 64 on a CPU, 512 on CUDA.</summary>
    [Range(0, MaxRows, ErrorMessage = "It must be from {1} (the device's default) to {2}.")]
    public int MaxBatchRows { get; set; }

    /// <summary>
    /// Tokens of requests that the engine holds at once, counted as one for each character, at most those that the model reads of a pair. Other requests wait
    /// or are refused (<see cref="ScoringRequest.WaitsForPlace"/>); a larger one is scored alone. Requests that wait have three quarters; while they wait, the
    /// last quarter is for those that do not.
    /// </summary>
    /// <value>16,777,216.</value>
    [Range(1L, MaxTokensInEngine, ErrorMessage = "It must be from {1} to {2}.")]
    public long MaxWaitingTokens { get; set; } = 1 << 24;

    /// <summary>Maximum number of chunks of a document. What is behind them is not read.</summary>
    /// <value>256.</value>
    [Range(1, MaxChunks, ErrorMessage = "It must be from {1} to {2}.")]
    public int MaxChunksPerDocument { get; set; } = 256;

    /// <summary>Folder for what is measured of models on this machine.</summary>
    /// <value>Default: null, for <c>RerankFunctions/runs</c> in the user's local application data; so is an empty text.</value>
    public string? MeasurementPath { get; set; }

    /// <summary>Full path of the folder in use.</summary>
    internal string MeasurementFolder => DataFolder.Of(MeasurementPath, DataFolder.Runs);
}
