using RerankFunctions.Contracts;

namespace RerankFunctions.Jobs.Protocol;

/// <summary>What happens to a job.</summary>
public abstract record JobEvent
{
    private JobEvent()
    {
    }

    /// <summary>A worker that can score the job received a message of it.</summary>
    /// <param name="Owner">Name of the attempt that would begin. Unique to it.</param>
    /// <param name="Queue">The message's queue.</param>
    public sealed record Delivered(string Owner, QueueKind Queue) : JobEvent;

    /// <summary>The host has given up a message of the job.</summary>
    public sealed record Poisoned : JobEvent;

    /// <summary>An attempt is still at work.</summary>
    /// <param name="Owner">The attempt.</param>
    /// <param name="Scored">Pairs that it has scored.</param>
    public sealed record Renewed(string Owner, int Scored) : JobEvent;

    /// <summary>An attempt has scored all pairs.</summary>
    /// <param name="Owner">The attempt.</param>
    /// <param name="Answer">The answer.</param>
    public sealed record Completed(string Owner, RerankAnswer Answer) : JobEvent;

    /// <summary>An attempt found that the request or the model is at fault, so that every attempt would fail.</summary>
    /// <param name="Owner">The attempt.</param>
    /// <param name="Error">What is at fault.</param>
    public sealed record Faulted(string Owner, JobError Error) : JobEvent;

    /// <summary>A shutdown or an unloadable model ends an attempt.</summary>
    /// <param name="Owner">The attempt.</param>
    public sealed record Interrupted(string Owner) : JobEvent;

    /// <summary>An attempt ends without an outcome; another one may have it.</summary>
    /// <param name="Owner">The attempt.</param>
    public sealed record Missed(string Owner) : JobEvent;

    /// <summary>A client cancels the job.</summary>
    public sealed record CancelRequested : JobEvent;

    /// <summary>The sweeper looks at the job.</summary>
    /// <param name="Front">
    /// When the oldest visible message of the queue that carries the job's message was inserted, by storage's clock; null when no message is visible there.
    /// </param>
    public sealed record Swept(DateTimeOffset? Front) : JobEvent;
}
