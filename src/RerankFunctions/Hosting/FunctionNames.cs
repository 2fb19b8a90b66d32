using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Hosting;

/// <summary>Names of functions that the hosting code treats on their own.</summary>
public static class FunctionNames
{
    /// <summary>The function that answers while the process runs.</summary>
    public const string Health = "Health";

    /// <summary>The function that scores interactive jobs.</summary>
    public const string ProcessJob = "ProcessJob";

    /// <summary>The function that scores bulk jobs.</summary>
    public const string ProcessBulkJob = "ProcessBulkJob";

    /// <summary>The function that scores jobs that were found again or given back.</summary>
    public const string ProcessRecoveredJob = "ProcessRecoveredJob";

    /// <summary>The function that sends callbacks.</summary>
    public const string SendCallback = "SendCallback";

    /// <summary>The function that starts the batches of drops that events announce.</summary>
    public const string StartBatchOnBlobCreated = "StartBatchOnBlobCreated";

    /// <summary>The function that cuts, continues and finishes batches.</summary>
    public const string ProcessBatch = "ProcessBatch";

    /// <summary>The function that scores chunks of batches.</summary>
    public const string ProcessBatchChunk = "ProcessBatchChunk";

    /// <summary>The functions that score. A process whose settings switch all of them off loads no model.</summary>
    public static IReadOnlyList<string> Scoring { get; } = [ProcessJob, ProcessBulkJob, ProcessRecoveredJob, ProcessBatchChunk];

    /// <summary>Returns the name of a function's queue; null for a function without one.</summary>
    public static string? QueueOf(string function) => function switch
    {
        ProcessJob => QueueNames.Jobs,
        ProcessBulkJob => QueueNames.Bulk,
        ProcessRecoveredJob => QueueNames.Recovery,
        SendCallback => QueueNames.Callbacks,
        StartBatchOnBlobCreated => QueueNames.Drops,
        ProcessBatch => QueueNames.Batches,
        ProcessBatchChunk => QueueNames.Chunks,
        _ => null,
    };
}
