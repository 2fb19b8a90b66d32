using RerankFunctions.Contracts;

namespace RerankFunctions.Jobs.Storage;

/// <summary>
/// The queue that carries claim checks to the workers. Every member throws <see cref="StorageUnavailableException"/> when storage
/// cannot be reached or refuses the caller; a message may have been sent all the same.
/// </summary>
public interface IJobMessages
{
    /// <summary>Sends a message.</summary>
    /// <param name="message">The claim check.</param>
    /// <param name="delay">Time for which no worker sees it, zero to seven days.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task SendAsync(JobMessage message, TimeSpan delay, CancellationToken cancellationToken);

    /// <summary>Messages in the queue, hidden ones included, roughly.</summary>
    Task<int> CountAsync(CancellationToken cancellationToken);
}
