namespace RerankFunctions.Jobs.Protocol;

/// <summary>The queues that carry messages of jobs, batches and drops.</summary>
public enum QueueKind
{
    /// <summary>Queue of interactive jobs.</summary>
    Interactive,

    /// <summary>Queue of bulk jobs.</summary>
    Bulk,

    /// <summary>Queue of jobs that were found again or given back, so that they do not wait behind the backlog of the others.</summary>
    Recovery,

    /// <summary>Queue of ended jobs whose status goes to their callback address.</summary>
    Callbacks,

    /// <summary>Queue of batches that are cut, continued or finished.</summary>
    Batches,

    /// <summary>Queue of chunks of batches.</summary>
    Chunks,

    /// <summary>Queue of events about blobs that may be inputs of batches.</summary>
    Drops,
}
