using Microsoft.Azure.Functions.Worker;
using RerankFunctions.Hosting;
using RerankFunctions.Jobs.Processing;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Queues;

/// <summary>Functions that the storage queues trigger. After an exception, the host delivers the message again.</summary>
public sealed class JobQueueFunctions(JobProcessor processor, PoisonedJobs poisoned)
{
    /// <summary>Scores the job that a message names.</summary>
    [Function(FunctionNames.ProcessJob)]
    public Task ProcessAsync(
        [QueueTrigger(QueueNames.Jobs, Connection = "AzureWebJobsStorage")] string message,
        CancellationToken cancellationToken) =>
        processor.ProcessAsync(message, cancellationToken);

    /// <summary>Ends the job of a message that the host has given up, or queues it again when the job is not at fault.</summary>
    [Function("ProcessPoisonedJob")]
    public Task ProcessPoisonedAsync(
        [QueueTrigger(QueueNames.PoisonedJobs, Connection = "AzureWebJobsStorage")] string message,
        CancellationToken cancellationToken) =>
        poisoned.HandleAsync(message, cancellationToken);
}
