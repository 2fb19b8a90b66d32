namespace RerankFunctions.Batches.Protocol;

/// <summary>What has to be done after the swap of a batch's state. The sweeper makes good what a crash leaves undone.</summary>
public abstract record BatchAction
{
    private BatchAction()
    {
    }

    /// <summary>Send a message.</summary>
    /// <param name="Chunk">The chunk; null for a message of the batch itself.</param>
    /// <param name="Delay">Time for which the message is hidden.</param>
    public sealed record Send(int? Chunk, TimeSpan Delay) : BatchAction;

    /// <summary>Tell log and metrics that the batch has ended.</summary>
    public sealed record AnnounceEnd : BatchAction;

    /// <summary>Tell log and metrics that the sweeper had to act.</summary>
    /// <param name="Chunk">The chunk; null for the batch itself.</param>
    public sealed record AnnounceRecovery(int? Chunk) : BatchAction;
}
