using System.ComponentModel.DataAnnotations;

namespace RerankFunctions.Inference.Abstractions;

/// <summary>Which model is loaded and what runs it: the settings <c>Rerank:*</c>.</summary>
public sealed class ModelOptions
{
    /// <summary><see cref="ModelThreads"/> at most.</summary>
    public const int MostThreads = 256;

    /// <summary>The model folder (Hugging Face layout). A relative path starts at the app's own folder.</summary>
    [Required(ErrorMessage = "It must be the path of a model folder.")]
    public string ModelPath { get; set; } = "models/demo";

    /// <summary>Which of the folder's files is used: <c>auto</c>, <c>fp32</c>, <c>fp16</c> or <c>int8</c>. <c>auto</c> takes fp32, else int8, else fp16 on a CPU; fp16, else fp32, else int8 on CUDA.</summary>
    [AllowedValues("auto", "fp32", "fp16", "int8", ErrorMessage = "It must be one of auto, fp32, fp16, int8.")]
    public string Dtype { get; set; } = "auto";

    /// <summary>What runs the model: <c>auto</c> (CUDA where there is a device, else the CPU), <c>cpu</c> or <c>cuda</c>.</summary>
    [AllowedValues("auto", "cpu", "cuda", ErrorMessage = "It must be one of auto, cpu, cuda.")]
    public string Device { get; set; } = "auto";

    /// <summary>Threads that run the model on a CPU; 0 for one a core.</summary>
    [Range(0, MostThreads, ErrorMessage = "It must be from {1} (one a core) to {2}.")]
    public int ModelThreads { get; set; }
}
