using Azure.Storage.Queues;

namespace RerankFunctions.Jobs.Storage;

/// <summary>
/// Puts messages back into their queue while other settings are wrong: it needs those of storage alone. A copy counts no
/// delivery, so that the host gives up no message because of a deployment's mistake.
/// </summary>
public sealed class PostponedMessages(StorageAccount account)
{
    /// <summary>Time for which a copy is hidden.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(1);

    private readonly QueueServiceClient _queues = StorageClients.ConnectQueues(account);

    /// <summary>Sends a copy of a message.</summary>
    /// <param name="queue">Name of the message's queue.</param>
    /// <param name="message">Text of the message.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StorageUnavailableException">Storage failed; the host delivers the original again.</exception>
    public Task SendAsync(string queue, string message, CancellationToken cancellationToken) =>
        StorageFaults.GuardAsync(
            () => _queues.GetQueueClient(queue).SendMessageAsync(message, Delay, StorageClients.MessageLifetime, cancellationToken), cancellationToken);
}
