using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using RerankFunctions.Contracts;

namespace RerankFunctions.Jobs.Storage;

/// <summary>The queue of interactive jobs in Azure Storage or Azurite. It is made when a message finds it missing.</summary>
internal sealed class AzureJobMessages(StorageClients clients) : IJobMessages
{
    // A queue that stood still for a week has lost nothing.
    private static readonly TimeSpan NeverExpires = TimeSpan.FromSeconds(-1);

    private readonly QueueClient _queue = clients.Jobs;

    /// <inheritdoc />
    public Task SendAsync(JobMessage message, TimeSpan delay, CancellationToken cancellationToken) =>
        EnsuredAsync(() => _queue.SendMessageAsync(message.ToJson(), delay, NeverExpires, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public async Task<int> CountAsync(CancellationToken cancellationToken) =>
        (await EnsuredAsync(() => _queue.GetPropertiesAsync(cancellationToken), cancellationToken)).Value.ApproximateMessagesCount;

    private Task<T> EnsuredAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) =>
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
