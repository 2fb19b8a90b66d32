using Microsoft.Azure.Functions.Worker;
using RerankFunctions.Batches.Processing;
using RerankFunctions.Batches.Starting;
using RerankFunctions.Hosting;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Queues;

/// <summary>Functions that start, cut and score batches. After an exception, the host delivers the message again.</summary>
public sealed class BatchQueueFunctions(DropStart drops, BatchProcessor batches, ChunkProcessor chunks)
{
    /// <summary>Starts the batch of a drop that an event of Event Grid announces.</summary>
    [Function(FunctionNames.StartBatchOnBlobCreated)]
    public Task StartAsync(
        [QueueTrigger(QueueNames.Drops, Connection = "AzureWebJobsStorage")] string message,
        CancellationToken cancellationToken) =>
        drops.StartAsync(message, cancellationToken);

    /// <summary>Cuts, continues or finishes the batch that a message names.</summary>
    [Function(FunctionNames.ProcessBatch)]
    public Task ProcessAsync(
        [QueueTrigger(QueueNames.Batches, Connection = "AzureWebJobsStorage")] string message,
        CancellationToken cancellationToken) =>
        batches.ProcessAsync(message, cancellationToken);

    /// <summary>Scores the chunk of a batch that a message names.</summary>
    [Function(FunctionNames.ProcessBatchChunk)]
    public Task ProcessChunkAsync(
        [QueueTrigger(QueueNames.Chunks, Connection = "AzureWebJobsStorage")] string message,
        CancellationToken cancellationToken) =>
        chunks.ProcessAsync(message, cancellationToken);
}
