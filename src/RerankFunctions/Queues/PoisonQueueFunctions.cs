using Microsoft.Azure.Functions.Worker;
using RerankFunctions.Hosting;
using RerankFunctions.Jobs.Processing;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Queues;

/// <summary>Functions that end the job of a message that the host has given up, or queue it again when the job is not at fault.</summary>
public sealed class PoisonQueueFunctions(PoisonedJobs poisoned)
{
    /// <summary>Handles a message of an interactive job.</summary>
    [Function(FunctionNames.ProcessPoisonedJob)]
    public Task ProcessAsync(
        [QueueTrigger(QueueNames.PoisonedJobs, Connection = "AzureWebJobsStorage")] string message,
        CancellationToken cancellationToken) =>
        poisoned.HandleAsync(QueueKind.Interactive, message, cancellationToken);

    /// <summary>Handles a message of a bulk job.</summary>
    [Function(FunctionNames.ProcessPoisonedBulkJob)]
    public Task ProcessBulkAsync(
        [QueueTrigger(QueueNames.PoisonedBulk, Connection = "AzureWebJobsStorage")] string message,
        CancellationToken cancellationToken) =>
        poisoned.HandleAsync(QueueKind.Bulk, message, cancellationToken);

    /// <summary>Handles a message of a job that was found again or given back.</summary>
    [Function(FunctionNames.ProcessPoisonedRecoveredJob)]
    public Task ProcessRecoveredAsync(
        [QueueTrigger(QueueNames.PoisonedRecovery, Connection = "AzureWebJobsStorage")] string message,
        CancellationToken cancellationToken) =>
        poisoned.HandleAsync(QueueKind.Recovery, message, cancellationToken);
}
