namespace RerankFunctions.Inference.Safetensors;

/// <summary>A file that is not valid safetensors. The message is a clause about the file ("its header is not JSON").</summary>
internal sealed class SafetensorsFormatException(string message, Exception? innerException = null) : Exception(message, innerException);
