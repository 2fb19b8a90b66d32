using Microsoft.Azure.Functions.Worker;
using RerankFunctions.Jobs;

namespace RerankFunctions.Queues;

/// <summary>Jobs from the queue.</summary>
public sealed class JobQueueFunctions(JobProcessor processor, PoisonedJobs poisoned)
{
    /// <summary>Scores the job that a message names. An exception makes the host try the message again.</summary>
    [Function("ProcessJob")]
    public Task ProcessAsync(
        [QueueTrigger(JobsOptions.JobsQueue, Connection = "AzureWebJobsStorage")] string message,
        CancellationToken cancellationToken) =>
        processor.ProcessAsync(message, cancellationToken);

    /// <summary>Ends the job of a message that the host gave up, or queues it again where the job was not at fault.</summary>
    [Function("ProcessPoisonedJob")]
    public Task ProcessPoisonedAsync(
        [QueueTrigger(JobsOptions.PoisonedJobsQueue, Connection = "AzureWebJobsStorage")] string message,
        CancellationToken cancellationToken) =>
        poisoned.HandleAsync(message, cancellationToken);
}
