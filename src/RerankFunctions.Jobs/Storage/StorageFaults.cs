using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;

namespace RerankFunctions.Jobs.Storage;

/// <summary>Maps what storage clients throw when storage is out of reach to <see cref="StorageUnavailableException"/>.</summary>
public static class StorageFaults
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

    /// <summary>Runs storage calls for a caller who waits for a limited time.</summary>
    /// <exception cref="StorageUnavailableException">Storage cannot be used or takes longer than the limit.</exception>
    public static async Task<T> WithinAsync<T>(
        TimeSpan limit,
        TimeProvider time,
        Func<CancellationToken, Task<T>> calls,
        CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await calls(either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StorageUnavailableException($"Storage did not answer within {limit.TotalSeconds} s.", exception);
        }
    }

    /// <summary>
    /// Returns whether storage says that a blob or its container does not exist. A 404 without storage's own code, from a gateway for instance, says nothing
    /// about the blob.
    /// </summary>
    public static bool IsMissing(RequestFailedException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.ErrorCode == BlobErrorCode.BlobNotFound || exception.ErrorCode == BlobErrorCode.ContainerNotFound;
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
