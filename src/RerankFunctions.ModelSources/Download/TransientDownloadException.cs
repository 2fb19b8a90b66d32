namespace RerankFunctions.ModelSources.Download;

/// <summary>A failed request that may succeed later: too many requests, a server fault, a dropped connection.</summary>
internal sealed class TransientDownloadException(string message, Exception? innerException = null, TimeSpan? retryAfter = null)
    : Exception(message, innerException)
{
    /// <summary>Time that the server asks to wait; null if it does not say.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
