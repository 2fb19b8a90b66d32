namespace RerankFunctions.Jobs.Storage;

/// <summary>Names of the storage queues. Constants, because a trigger's queue is fixed when the app is compiled.</summary>
public static class QueueNames
{
    /// <summary>Queue of interactive jobs. The app creates it when it is missing.</summary>
    public const string Jobs = "rerank-jobs";

    /// <summary>Queue to which the host moves messages of <see cref="Jobs"/> after their last delivery.</summary>
    public const string PoisonedJobs = Jobs + "-poison";
}
