namespace RerankFunctions.Inference.Abstractions;

/// <summary>The model gave no usable score for a pair. Another try gives the same result: the job fails, nothing else does.</summary>
public sealed class ScoringException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, without any text of query or document.</param>
    /// <param name="innerException">The cause.</param>
    public ScoringException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Whether the model gave a score that is not a finite number.</summary>
    public bool IsNotFinite { get; init; }
}
