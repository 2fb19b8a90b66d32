using RerankFunctions.Contracts;

namespace RerankFunctions.Jobs.Protocol;

/// <summary>What has to be done beside the swap of a job's state.</summary>
public abstract record JobAction
{
    private JobAction()
    {
    }

    /// <summary>Write the answer of an attempt.</summary>
    /// <param name="Attempt">Number of the attempt.</param>
    /// <param name="Answer">The answer.</param>
    public sealed record StoreAnswer(int Attempt, RerankAnswer Answer) : JobAction;

    /// <summary>Send a message of the job.</summary>
    /// <param name="Queue">The queue.</param>
    /// <param name="Delay">Time for which the message is hidden.</param>
    public sealed record Send(QueueKind Queue, TimeSpan Delay) : JobAction;

    /// <summary>Delete the marker of a job that has ended.</summary>
    public sealed record DeleteMarker : JobAction;

    /// <summary>Tell callers who wait in this process, and the metrics, that the job has ended.</summary>
    /// <param name="Answer">The answer of a job that succeeded.</param>
    public sealed record AnnounceEnd(RerankAnswer? Answer) : JobAction;
}
