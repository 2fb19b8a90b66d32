namespace RerankFunctions.Inference.Abstractions;

/// <summary>A model that cannot be loaded. The message is one sentence: which file or place, and why.</summary>
public sealed class ModelLoadException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence for the operator: which file or place, and why.</param>
    /// <param name="innerException">The cause.</param>
    public ModelLoadException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>One of <see cref="ModelFailureCodes"/>.</summary>
    public string Code { get; init; } = ModelFailureCodes.ModelInvalid;

    /// <summary>Whether another try can succeed without a change to files or settings: a network, a storage or a hub that fails for now.</summary>
    public bool IsTransient { get; init; }
}
