namespace RerankFunctions.Inference.Onnx;

/// <summary>
/// An ONNX file that is damaged, ambiguous or beyond a limit.
/// The message is a part of a sentence about the file; the caller adds the file's name.
/// </summary>
internal sealed class OnnxFormatException(string message) : Exception(message);
