using Azure;
using Azure.Identity;

namespace RerankFunctions.Jobs.Storage;

/// <summary>Maps what storage clients throw when storage is out of reach to <see cref="StorageUnavailableException"/>.</summary>
internal static class StorageFaults
{
    /// <summary>
    /// Runs a storage call. An answer that the call does not expect counts as unavailable storage: it comes from a storage that refuses
    /// this app, or from a server in storage's place.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller's token is cancelled, whatever the client made of it.</exception>
    /// <exception cref="StorageUnavailableException">Storage cannot be used.</exception>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (IsStorageFault(exception))
        {
            // A caller who leaves between two retries gets the client's collected failures, not a cancellation.
            cancellationToken.ThrowIfCancellationRequested();
            throw new StorageUnavailableException(Describe(exception), exception);
        }
    }

    private static bool IsStorageFault(Exception exception) => exception switch
    {
        AggregateException aggregate => aggregate.InnerExceptions.All(IsStorageFault),
        FileNotFoundException or FileLoadException => false, // a missing assembly of this app
        RequestFailedException or AuthenticationFailedException => true,
        OperationCanceledException or IOException or HttpRequestException or TimeoutException => true,
        _ => false,
    };

    private static string Describe(Exception exception) => exception switch
    {
        RequestFailedException { Status: > 0 } failed => $"Storage answered {failed.Status} {failed.ErrorCode}.",
        AggregateException { InnerExceptions: [.., var last] } => Describe(last),
        AuthenticationFailedException => "Storage cannot be reached: no credential.",
        OperationCanceledException or TimeoutException => "Storage did not answer in time.",
        _ => "Storage cannot be reached.",
    };
}
