namespace RerankFunctions.ModelSources.Download;

/// <summary>A request that failed in a way that may pass: too many requests, a server fault, a dropped connection.</summary>
internal sealed class TransientDownloadException(string message, Exception? innerException = null, TimeSpan? retryAfter = null)
    : Exception(message, innerException)
{
    /// <summary>How long the server asks to wait; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
