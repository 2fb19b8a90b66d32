using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs.Processing;

/// <summary>Handles messages that the host has given up.</summary>
public interface IPoisonHandler
{
    /// <summary>The queues that the messages were in at first.</summary>
    IReadOnlyList<QueueKind> Queues { get; }

    /// <summary>Handles a message. It is done when this returns.</summary>
    /// <param name="queue">The queue that the message was in at first.</param>
    /// <param name="message">The untrusted text of the message.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StorageUnavailableException">Storage failed; the message is handled again later.</exception>
    Task RecoverAsync(QueueKind queue, string message, CancellationToken cancellationToken);
}
