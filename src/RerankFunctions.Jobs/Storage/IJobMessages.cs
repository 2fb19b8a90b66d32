using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Jobs.Storage;

/// <summary>
/// The queues that carry claim checks to the workers. Every member throws <see cref="StorageUnavailableException"/> when storage
/// cannot be reached or refuses the caller; the message may have been sent all the same.
/// </summary>
public interface IJobMessages
{
    /// <summary>Maximum time for which a message can be hidden, by the limit of storage.</summary>
    static readonly TimeSpan MaxDelay = TimeSpan.FromDays(7);

    /// <summary>Sends a message.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="text">Text of the message.</param>
    /// <param name="delay">Time for which the message is hidden from workers, clamped to zero and <see cref="MaxDelay"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task SendAsync(QueueKind queue, string text, TimeSpan delay, CancellationToken cancellationToken);

    /// <summary>Counts the messages in a queue, approximately, hidden ones included.</summary>
    Task<int> CountAsync(QueueKind queue, CancellationToken cancellationToken);

    /// <summary>Returns when the oldest visible message of a queue was inserted, by storage's clock; null when none is visible.</summary>
    Task<DateTimeOffset?> FrontAsync(QueueKind queue, CancellationToken cancellationToken);
}
