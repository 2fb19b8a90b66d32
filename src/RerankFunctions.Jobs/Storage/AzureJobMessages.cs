using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Jobs.Storage;

/// <summary>The queues of jobs in Azure Storage or Azurite. A call that finds a queue missing creates it.</summary>
public sealed class AzureJobMessages(StorageClients clients) : IJobMessages
{
    /// <inheritdoc />
    public Task SendAsync(QueueKind queue, string text, TimeSpan delay, CancellationToken cancellationToken)
    {
        var hidden = delay < TimeSpan.Zero ? TimeSpan.Zero : delay < IJobMessages.MaxDelay ? delay : IJobMessages.MaxDelay;
        return WithQueueAsync(queue, client => client.SendMessageAsync(text, hidden, StorageClients.MessageLifetime, cancellationToken), cancellationToken);
    }

    /// <inheritdoc />
    public async Task<int> CountAsync(QueueKind queue, CancellationToken cancellationToken) =>
        (await WithQueueAsync(queue, client => client.GetPropertiesAsync(cancellationToken), cancellationToken)).Value.ApproximateMessagesCount;

    /// <inheritdoc />
    public async Task<DateTimeOffset?> FrontAsync(QueueKind queue, CancellationToken cancellationToken) =>
        (await WithQueueAsync(queue, client => client.PeekMessagesAsync(1, cancellationToken), cancellationToken)).Value.FirstOrDefault()?.InsertedOn;

    private Task<T> WithQueueAsync<T>(QueueKind queue, Func<QueueClient, Task<T>> call, CancellationToken cancellationToken) =>
        StorageFaults.GuardAsync(
            async () =>
            {
                var client = clients.QueueOf(queue);
                try
                {
                    return await call(client);
                }
                catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.QueueNotFound)
                {
                    await client.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
                    return await call(client);
                }
            },
            cancellationToken);
}
