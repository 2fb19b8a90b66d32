namespace RerankFunctions.Inference.ModelFolders;

/// <summary>Type of the weights in an ONNX file.</summary>
internal enum Precision
{
    /// <summary>32-bit floats (<c>model.onnx</c>).</summary>
    Fp32,

    /// <summary>16-bit floats (<c>model_fp16.onnx</c>).</summary>
    Fp16,

    /// <summary>8-bit integers (<c>model_int8.onnx</c> or <c>model_quantized.onnx</c>).</summary>
    Int8,
}
