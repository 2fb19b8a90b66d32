using Azure;
using Azure.Identity;

namespace Microsoft.Azure.Functions.Worker.Settings;

/// <summary>What the storage clients throw when a request fails for good.</summary>
internal static class StorageFailure
{
    public static bool Is(Exception exception) =>
        exception is RequestFailedException or AuthenticationFailedException or AggregateException or IOException or OperationCanceledException;

    /// <summary>One sentence; a retried request fails with all its attempts, of which the last is told.</summary>
    public static string Reason(Exception exception) =>
        (exception is AggregateException { InnerExceptions: [.., var last] } ? last : exception).Message.ReplaceLineEndings(" ");
}
