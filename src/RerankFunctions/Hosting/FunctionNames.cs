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

    /// <summary>The function that handles messages that <see cref="ProcessJob"/> has not handled.</summary>
    public const string ProcessPoisonedJob = "ProcessPoisonedJob";

    /// <summary>The function that handles messages that <see cref="ProcessBulkJob"/> has not handled.</summary>
    public const string ProcessPoisonedBulkJob = "ProcessPoisonedBulkJob";

    /// <summary>The function that handles messages that <see cref="ProcessRecoveredJob"/> has not handled.</summary>
    public const string ProcessPoisonedRecoveredJob = "ProcessPoisonedRecoveredJob";

    /// <summary>The function that sends callbacks.</summary>
    public const string SendCallback = "SendCallback";

    /// <summary>The function that handles messages that <see cref="SendCallback"/> has not handled.</summary>
    public const string ProcessPoisonedCallback = "ProcessPoisonedCallback";

    /// <summary>The function that starts the batches of drops that events announce.</summary>
    public const string StartBatchOnBlobCreated = "StartBatchOnBlobCreated";

    /// <summary>The function that cuts, continues and finishes batches.</summary>
    public const string ProcessBatch = "ProcessBatch";

    /// <summary>The function that scores chunks of batches.</summary>
    public const string ProcessBatchChunk = "ProcessBatchChunk";

    /// <summary>The function that handles messages that <see cref="StartBatchOnBlobCreated"/> has not handled.</summary>
    public const string ProcessPoisonedDrop = "ProcessPoisonedDrop";

    /// <summary>The function that handles messages that <see cref="ProcessBatch"/> has not handled.</summary>
    public const string ProcessPoisonedBatch = "ProcessPoisonedBatch";

    /// <summary>The function that handles messages that <see cref="ProcessBatchChunk"/> has not handled.</summary>
    public const string ProcessPoisonedBatchChunk = "ProcessPoisonedBatchChunk";

    /// <summary>The functions that score. A process whose settings switch all of them off loads no model.</summary>
    public static IReadOnlyList<string> Scoring { get; } = [ProcessJob, ProcessBulkJob, ProcessRecoveredJob, ProcessBatchChunk];

    /// <summary>Returns the name of the queue to which messages of a function go back; null for a function without a queue.</summary>
    public static string? QueueOf(string function) => function switch
    {
        ProcessJob or ProcessPoisonedJob => QueueNames.Jobs,
        ProcessBulkJob or ProcessPoisonedBulkJob => QueueNames.Bulk,
        ProcessRecoveredJob or ProcessPoisonedRecoveredJob => QueueNames.Recovery,
        SendCallback or ProcessPoisonedCallback => QueueNames.Callbacks,
        StartBatchOnBlobCreated or ProcessPoisonedDrop => QueueNames.Drops,
        ProcessBatch or ProcessPoisonedBatch => QueueNames.Batches,
        ProcessBatchChunk or ProcessPoisonedBatchChunk => QueueNames.Chunks,
        _ => null,
    };
}
