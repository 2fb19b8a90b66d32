namespace RerankFunctions.Inference;

/// <summary>Which model is loaded and what runs it: the settings <c>Rerank:*</c>.</summary>
public sealed class ModelOptions
{
    /// <summary><see cref="ModelThreads"/> at most.</summary>
    public const int MostThreads = 256;

    /// <summary>The model folder (Hugging Face layout). A relative path starts at the app's own folder.</summary>
    public string ModelPath { get; set; } = "models/demo";

    /// <summary>Which of the folder's files is used: <c>auto</c>, <c>fp32</c>, <c>fp16</c> or <c>int8</c>. <c>auto</c> takes fp32, else int8, else fp16 on a CPU; fp16, else fp32, else int8 on CUDA.</summary>
    public string Dtype { get; set; } = "auto";

    /// <summary>What runs the model: <c>auto</c> (CUDA where there is a device, else the CPU), <c>cpu</c> or <c>cuda</c>.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>Threads that run the model on a CPU; 0 for one a core.</summary>
    public int ModelThreads { get; set; }
}
