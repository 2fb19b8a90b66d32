namespace RerankFunctions.Inference.Safetensors;

/// <summary>A file that is not valid safetensors.</summary>
/// <param name="message">A clause about the file ("its header is not JSON").</param>
/// <param name="innerException">The cause.</param>
internal sealed class SafetensorsFormatException(string message, Exception? innerException = null) : Exception(message, innerException);
