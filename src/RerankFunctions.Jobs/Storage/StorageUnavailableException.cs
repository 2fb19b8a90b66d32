namespace RerankFunctions.Jobs.Storage;

/// <summary>
/// Storage cannot be reached, is overloaded or refuses this app's credential. The operation may or may not have taken effect; the
/// caller may repeat it later.
/// </summary>
/// <param name="message">One sentence for the operator, without secrets.</param>
/// <param name="innerException">The storage client's exception.</param>
public class StorageUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
