namespace RerankFunctions.Jobs.Callbacks;

/// <summary>The way to the receivers of callbacks.</summary>
public interface ICallbackSender
{
    /// <summary>Posts a body to a receiver.</summary>
    /// <param name="address">The receiver.</param>
    /// <param name="id">Identifies the callback: the same in every attempt.</param>
    /// <param name="body">The body, JSON.</param>
    /// <param name="cancellationToken">Cancels the call; the receiver may have got it.</param>
    Task<CallbackOutcome> SendAsync(Uri address, string id, byte[] body, CancellationToken cancellationToken);
}
