namespace RerankFunctions.Jobs;

/// <summary>
/// Storage cannot be reached, is overloaded or refuses this app's credential. What was asked for may or may not have happened; asking
/// again later is right.
/// </summary>
public sealed class StorageUnavailableException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence for the operator, without secrets.</param>
    /// <param name="innerException">What the storage client said.</param>
    public StorageUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
