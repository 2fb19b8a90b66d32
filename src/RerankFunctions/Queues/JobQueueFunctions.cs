using Microsoft.Azure.Functions.Worker;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs;

namespace RerankFunctions.Queues;

/// <summary>Jobs from the queue.</summary>
public sealed class JobQueueFunctions(IReranker reranker, JobProcessor processor, PoisonedJobs poisoned)
{
    /// <summary>
    /// Scores the job that a message names. An exception makes the host try the message again, also that of a model that cannot be
    /// loaded: it is awaited before the job is touched, so a worker that cannot score fails no job.
    /// </summary>
    [Function("ProcessJob")]
    public async Task ProcessAsync(
        [QueueTrigger(JobsOptions.JobsQueue, Connection = "AzureWebJobsStorage")] string message,
        CancellationToken cancellationToken)
    {
        await reranker.GetModelAsync(cancellationToken);
        await processor.ProcessAsync(message, cancellationToken);
    }

    /// <summary>Ends the job of a message that the host gave up, or queues it again where the job was not at fault.</summary>
    [Function("ProcessPoisonedJob")]
    public Task ProcessPoisonedAsync(
        [QueueTrigger(JobsOptions.PoisonedJobsQueue, Connection = "AzureWebJobsStorage")] string message,
        CancellationToken cancellationToken) =>
        poisoned.HandleAsync(message, cancellationToken);
}
