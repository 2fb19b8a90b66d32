using System.Diagnostics;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Telemetry;

/// <summary>The traces of this assembly. A span holds ids, codes and numbers, never text of queries or documents.</summary>
public static class BatchesTelemetry
{
    /// <summary>Name of the meter and of the activity source, for subscribers.</summary>
    public const string Name = "RerankFunctions.Batches";

    private const string ErrorType = "error.type";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Starts the span of the start of a batch; null if nobody listens.</summary>
    internal static Activity? StartAcceptance(string? traceParent) => Start("start batch", ActivityKind.Producer, "send", QueueNames.Batches, traceParent);

    /// <summary>Starts the span of the reading of an input; null if nobody listens.</summary>
    internal static Activity? StartCutting(BatchMessage message) =>
        Start("cut batch", ActivityKind.Consumer, "process", QueueNames.Batches, message.TraceParent)?.SetBatch(message.BatchId);

    /// <summary>Starts the span of a chunk; null if nobody listens.</summary>
    internal static Activity? StartChunk(BatchMessage message) =>
        Start("process chunk", ActivityKind.Consumer, "process", QueueNames.Chunks, message.TraceParent)
            ?.SetBatch(message.BatchId).SetTag("rerank.batch.chunk", message.Chunk);

    /// <summary>Adds the batch.</summary>
    internal static Activity SetBatch(this Activity span, BatchId id) => span.SetTag("rerank.batch.id", id.ToString());

    /// <summary>Adds a failure.</summary>
    internal static Activity Fail(this Activity span, string? errorType) => span.SetTag(ErrorType, errorType).SetStatus(ActivityStatusCode.Error);

    private static Activity? Start(string name, ActivityKind kind, string operation, string queue, string? traceParent)
    {
        var parent = ActivityContext.TryParse(traceParent, null, isRemote: true, out var context) ? context : default;
        return Source.StartActivity(name, kind, parent)
            ?.SetTag("messaging.system", "azure_queues")
            .SetTag("messaging.destination.name", queue)
            .SetTag("messaging.operation.type", operation);
    }
}
