namespace RerankFunctions.Inference.Abstractions;

/// <summary>A model folder that cannot be used. The message is one sentence: which file, and why.</summary>
public sealed class ModelLoadException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence for the operator: which file, and why.</param>
    /// <param name="innerException">What the reader of the file or ONNX Runtime said.</param>
    public ModelLoadException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
