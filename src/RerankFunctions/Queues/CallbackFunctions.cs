using Microsoft.Azure.Functions.Worker;
using RerankFunctions.Hosting;
using RerankFunctions.Jobs.Callbacks;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Queues;

/// <summary>Functions that tell clients of ended jobs.</summary>
public sealed class CallbackFunctions(CallbackProcessor callbacks)
{
    /// <summary>Sends the status of the job that a message names to its callback address.</summary>
    [Function(FunctionNames.SendCallback)]
    public Task SendAsync(
        [QueueTrigger(QueueNames.Callbacks, Connection = "AzureWebJobsStorage")] string message,
        CancellationToken cancellationToken) =>
        callbacks.ProcessAsync(message, cancellationToken);
}
