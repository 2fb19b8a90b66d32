using System.Collections.Concurrent;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker.Invocations;
using Microsoft.Azure.Functions.Worker.Settings;
using Microsoft.Extensions.Options;

namespace Microsoft.Azure.Functions.Worker.Queues;

/// <summary>Sends the queue outputs of functions.</summary>
internal sealed class QueueOutputs(StorageConnections connections, HostJson host, IOptions<WorkerOptions> worker)
{
    private readonly ConcurrentDictionary<(string? Connection, string Queue), QueueClient> _queues = [];

    /// <summary>Sends the queue outputs in a return value.</summary>
    public async Task SendAsync(Function function, object? returned, CancellationToken cancellationToken)
    {
        foreach (var output in function.QueueOutputs)
        {
            var value = output.Property is null ? returned
                : output.Property.DeclaringType!.IsInstanceOfType(returned) ? output.Property.GetValue(returned)
                : null;
            var serializer = worker.Value.Serializer ?? throw new InvalidOperationException("WorkerOptions.Serializer is null.");
            foreach (var text in MessageText.Encode(value, host.Queues.Base64, serializer))
            {
                await SendAsync(output, text, cancellationToken);
            }
        }
    }

    private async Task SendAsync(QueueOutput output, string text, CancellationToken cancellationToken)
    {
        var queue = _queues.GetOrAdd(
            (output.Connection, output.Queue),
            static (key, connections) => connections.Queues(key.Connection).GetQueueClient(key.Queue),
            connections);
        try
        {
            await queue.SendMessageAsync(text, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            await queue.SendMessageAsync(text, cancellationToken);
        }
    }
}
