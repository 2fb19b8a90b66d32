using Azure.Storage.Queues;

namespace RerankFunctions.Jobs.Storage;

/// <summary>
/// Puts messages back into the queue of jobs while other settings are wrong: it needs those of storage alone. A copy counts no
/// delivery, so that the host gives up no message because of a deployment's mistake.
/// </summary>
public sealed class PostponedMessages(StorageAccount account)
{
    /// <summary>Time for which a copy is hidden.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(1);

    /// <summary>Lifetime of a copy: unlimited, as of every message of a job.</summary>
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(-1);

    private readonly QueueClient _queue = StorageClients.ConnectJobs(account);

    /// <summary>Sends a copy of a message, which may be of the poison queue, too.</summary>
    /// <exception cref="StorageUnavailableException">Storage failed; the host delivers the original again.</exception>
    public Task SendAsync(string message, CancellationToken cancellationToken) =>
        StorageFaults.GuardAsync(() => _queue.SendMessageAsync(message, Delay, TimeToLive, cancellationToken), cancellationToken);
}
