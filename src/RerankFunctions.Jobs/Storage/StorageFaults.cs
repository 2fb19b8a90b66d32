using Azure;
using Azure.Identity;

namespace RerankFunctions.Jobs.Storage;

/// <summary>One exception for every way in which storage can be out of reach.</summary>
internal static class StorageFaults
{
    /// <summary>
    /// Runs a storage call. An answer that the call does not expect is no better than none: it comes from a storage that refuses this
    /// app, or from something else that answers in storage's place.
    /// </summary>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (IsUnavailable(exception, cancellationToken))
        {
            throw new StorageUnavailableException(Describe(exception), exception);
        }
    }

    private static bool IsUnavailable(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        RequestFailedException => true,
        AggregateException many => many.InnerExceptions.All(inner => IsUnavailable(inner, cancellationToken)),
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        FileNotFoundException or FileLoadException => false, // an assembly that is missing here, not storage
        AuthenticationFailedException or IOException or HttpRequestException or TimeoutException => true,
        _ => false,
    };

    private static string Describe(Exception exception) => exception switch
    {
        RequestFailedException { Status: > 0 } failed => $"Storage answered {failed.Status} {failed.ErrorCode}.",
        AggregateException { InnerExceptions: [.., var last] } => Describe(last),
        AuthenticationFailedException => "Storage cannot be reached: no credential.",
        OperationCanceledException => "Storage did not answer in time.",
        _ => "Storage cannot be reached.",
    };
}
