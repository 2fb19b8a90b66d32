using Azure;
using Azure.Identity;

namespace Microsoft.Azure.Functions.Worker.Settings;

/// <summary>The exceptions of storage clients after their last retry.</summary>
internal static class StorageFailure
{
    /// <summary>Returns whether an exception is a failure of storage.</summary>
    public static bool Is(Exception exception) =>
        exception is RequestFailedException or AuthenticationFailedException or AggregateException or IOException or OperationCanceledException;

    /// <summary>Returns the message in one line. A retried request fails with the exceptions of all tries; the last one counts.</summary>
    public static string Reason(Exception exception) =>
        (exception is AggregateException { InnerExceptions: [.., var last] } ? last : exception).Message.ReplaceLineEndings(" ");
}
