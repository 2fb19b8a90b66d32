namespace RerankFunctions.Inference.Abstractions;

/// <summary>The model gave no usable score for a pair. Trying again gives the same: the job fails, nothing else does.</summary>
public sealed class ScoringException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, without any text of query or document.</param>
    /// <param name="innerException">What ONNX Runtime said.</param>
    public ScoringException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Whether the score was there, but no finite number.</summary>
    public bool IsNotFinite { get; init; }
}
