using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Jobs.Storage;

/// <summary>
/// The queues to which the host moves messages after their last delivery, or that it cannot decode. Every member throws
/// <see cref="StorageUnavailableException"/> when storage cannot be reached or refuses the caller.
/// </summary>
public interface IPoisonQueues
{
    /// <summary>Takes messages. They are hidden from others for two minutes, and come back if nobody deletes them.</summary>
    /// <param name="queue">The queue that the messages were in at first.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Up to 32 messages; none when the queue has no visible one or does not exist.</returns>
    Task<IReadOnlyList<PoisonedMessage>> TakeAsync(QueueKind queue, CancellationToken cancellationToken);

    /// <summary>Deletes a message unless it has been taken again.</summary>
    /// <param name="queue">The queue that the message was in at first.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task DeleteAsync(QueueKind queue, PoisonedMessage message, CancellationToken cancellationToken);
}
