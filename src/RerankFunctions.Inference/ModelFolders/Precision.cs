namespace RerankFunctions.Inference.ModelFolders;

/// <summary>Type of the weights in an ONNX file, or of the weights that a graph built from safetensors runs with.</summary>
internal enum Precision
{
    /// <summary>32-bit floats (<c>model.onnx</c>).</summary>
    Fp32,

    /// <summary>16-bit floats (<c>model_fp16.onnx</c>).</summary>
    Fp16,

    /// <summary>8-bit integers (<c>model_int8.onnx</c> or <c>model_quantized.onnx</c>).</summary>
    Int8,

    /// <summary>4-bit integers (<c>model_q4.onnx</c>).</summary>
    Int4,
}
