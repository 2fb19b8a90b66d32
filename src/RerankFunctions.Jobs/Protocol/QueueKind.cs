namespace RerankFunctions.Jobs.Protocol;

/// <summary>The queues that carry messages of jobs.</summary>
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
}
