using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;

namespace RerankFunctions.CompatHost.Tests.Samples;

public sealed class QueueFunctions(Recorder recorder)
{
    [Function("Work")]
    public Task Work([QueueTrigger("%Queue%-work")] QueueMessage message, CancellationToken cancellationToken)
    {
        recorder.Record(message);
        return recorder.Behaviour(cancellationToken);
    }

    [Function("WorkText")]
    public void WorkText([QueueTrigger("%Queue%-text")] string message, FunctionContext context, long dequeueCount, string id)
    {
        recorder.Record((message, dequeueCount, id));
        recorder.Record(context.BindingContext.BindingData);
    }

    [Function("WorkDead")]
    public Task WorkDead([QueueTrigger("%Queue%-dead-poison")] string message, CancellationToken cancellationToken)
    {
        recorder.Record(message);
        return recorder.Behaviour(cancellationToken);
    }

    [Function("WorkOrder")]
    public void WorkOrder([QueueTrigger("%Queue%-order")] Order order) => recorder.Record(order);

    [Function("WorkData")]
    public void WorkData([QueueTrigger("%Queue%-data", Connection = "Other")] BinaryData message) => recorder.Record(message);
}
