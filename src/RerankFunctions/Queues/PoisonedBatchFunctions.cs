using Microsoft.Azure.Functions.Worker;
using RerankFunctions.Batches.Processing;
using RerankFunctions.Batches.Starting;
using RerankFunctions.Hosting;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Queues;

/// <summary>Functions that handle messages of drops, batches and chunks that the host has given up.</summary>
public sealed class PoisonedBatchFunctions(DropStart drops, PoisonedBatches poisoned)
{
    /// <summary>Handles an event about a blob.</summary>
    [Function(FunctionNames.ProcessPoisonedDrop)]
    public Task ProcessDropAsync(
        [QueueTrigger(QueueNames.PoisonedDrops, Connection = "AzureWebJobsStorage")] string message,
        CancellationToken cancellationToken) =>
        drops.RecoverAsync(message, cancellationToken);

    /// <summary>Handles a message of a batch.</summary>
    [Function(FunctionNames.ProcessPoisonedBatch)]
    public Task ProcessBatchAsync(
        [QueueTrigger(QueueNames.PoisonedBatches, Connection = "AzureWebJobsStorage")] string message,
        CancellationToken cancellationToken) =>
        poisoned.HandleAsync(QueueKind.Batches, message, cancellationToken);

    /// <summary>Handles a message of a chunk.</summary>
    [Function(FunctionNames.ProcessPoisonedBatchChunk)]
    public Task ProcessChunkAsync(
        [QueueTrigger(QueueNames.PoisonedChunks, Connection = "AzureWebJobsStorage")] string message,
        CancellationToken cancellationToken) =>
        poisoned.HandleAsync(QueueKind.Chunks, message, cancellationToken);
}
