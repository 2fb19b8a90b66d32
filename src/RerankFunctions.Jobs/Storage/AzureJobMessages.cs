using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace RerankFunctions.Jobs.Storage;

/// <summary>The queue of interactive jobs in Azure Storage or Azurite. A call that finds it missing creates it.</summary>
public sealed class AzureJobMessages(StorageClients clients) : IJobMessages
{
    // A message outlives a week in which no worker runs.
    private static readonly TimeSpan NeverExpires = TimeSpan.FromSeconds(-1);

    private readonly QueueClient _queue = clients.Jobs;

    /// <inheritdoc />
    public Task SendAsync(string text, TimeSpan delay, CancellationToken cancellationToken) =>
        WithQueueAsync(() => _queue.SendMessageAsync(text, delay, NeverExpires, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public async Task<int> CountAsync(CancellationToken cancellationToken) =>
        (await WithQueueAsync(() => _queue.GetPropertiesAsync(cancellationToken), cancellationToken)).Value.ApproximateMessagesCount;

    private Task<T> WithQueueAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) =>
        StorageFaults.GuardAsync(
            async () =>
            {
                try
                {
                    return await call();
                }
                catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.QueueNotFound)
                {
                    await _queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
                    return await call();
                }
            },
            cancellationToken);
}
