namespace RerankFunctions.Jobs.Storage;

/// <summary>
/// The queue that carries claim checks to the workers. Every member throws <see cref="StorageUnavailableException"/> when storage
/// cannot be reached or refuses the caller; the message may have been sent all the same.
/// </summary>
public interface IJobMessages
{
    /// <summary>Sends a message.</summary>
    /// <param name="text">Text of the message.</param>
    /// <param name="delay">Time for which the message is hidden from workers, zero to seven days.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task SendAsync(string text, TimeSpan delay, CancellationToken cancellationToken);

    /// <summary>Counts the messages in the queue, approximately, hidden ones included.</summary>
    Task<int> CountAsync(CancellationToken cancellationToken);
}
