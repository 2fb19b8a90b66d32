namespace RerankFunctions.Inference.Onnx;

/// <summary>An ONNX file that is damaged or goes beyond the limits here. The message says why, without the file's name: whoever opened it adds that.</summary>
internal sealed class OnnxFormatException(string message) : Exception(message);
