using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Jobs.Storage;

/// <summary>
/// Names of the storage queues. Constants, because a trigger's queue is fixed when the app is compiled. The app creates a queue that is missing.
/// </summary>
public static class QueueNames
{
    /// <summary>Queue of interactive jobs.</summary>
    public const string Jobs = "rerank-jobs";

    /// <summary>Queue of bulk jobs.</summary>
    public const string Bulk = "rerank-bulk";

    /// <summary>Queue of jobs that were found again or given back.</summary>
    public const string Recovery = "rerank-recovery";

    /// <summary>Queue of ended jobs whose status goes to their callback address.</summary>
    public const string Callbacks = "rerank-callbacks";

    /// <summary>Queue of batches.</summary>
    public const string Batches = "rerank-batches";

    /// <summary>Queue of chunks of batches.</summary>
    public const string Chunks = "rerank-chunks";

    /// <summary>Queue of events about blobs, as Event Grid sends them.</summary>
    public const string Drops = "rerank-drops";

    /// <summary>Returns the name of a queue.</summary>
    public static string Of(QueueKind queue) => queue switch
    {
        QueueKind.Interactive => Jobs,
        QueueKind.Bulk => Bulk,
        QueueKind.Recovery => Recovery,
        QueueKind.Callbacks => Callbacks,
        QueueKind.Batches => Batches,
        QueueKind.Chunks => Chunks,
        QueueKind.Drops => Drops,
        _ => throw new ArgumentOutOfRangeException(nameof(queue)),
    };

    /// <summary>Returns the name of the queue to which the host moves messages of a queue after their last delivery, or that it cannot decode.</summary>
    public static string PoisonOf(QueueKind queue) => $"{Of(queue)}-poison";
}
