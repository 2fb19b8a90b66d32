using Microsoft.Azure.Functions.Worker;
using RerankFunctions.Hosting;
using RerankFunctions.Jobs.Processing;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Queues;

/// <summary>Functions that score the jobs of the storage queues. After an exception, the host delivers the message again.</summary>
public sealed class JobQueueFunctions(JobProcessor processor)
{
    /// <summary>Scores the interactive job that a message names.</summary>
    [Function(FunctionNames.ProcessJob)]
    public Task ProcessAsync(
        [QueueTrigger(QueueNames.Jobs, Connection = "AzureWebJobsStorage")] string message,
        CancellationToken cancellationToken) =>
        processor.ProcessAsync(QueueKind.Interactive, message, cancellationToken);

    /// <summary>Scores the bulk job that a message names.</summary>
    [Function(FunctionNames.ProcessBulkJob)]
    public Task ProcessBulkAsync(
        [QueueTrigger(QueueNames.Bulk, Connection = "AzureWebJobsStorage")] string message,
        CancellationToken cancellationToken) =>
        processor.ProcessAsync(QueueKind.Bulk, message, cancellationToken);

    /// <summary>Scores a job that was found again or given back.</summary>
    [Function(FunctionNames.ProcessRecoveredJob)]
    public Task ProcessRecoveredAsync(
        [QueueTrigger(QueueNames.Recovery, Connection = "AzureWebJobsStorage")] string message,
        CancellationToken cancellationToken) =>
        processor.ProcessAsync(QueueKind.Recovery, message, cancellationToken);
}
