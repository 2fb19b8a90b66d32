using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker.Invocations;
using Microsoft.Azure.Functions.Worker.Settings;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Queues;

/// <summary>Polls the queue of one function and keeps up to batchSize + newBatchThreshold messages in work.</summary>
internal sealed partial class QueueListener(
    Function function, QueueClient queue, QueueMessageWork work, QueueSettings settings, TimeProvider time, ILogger<QueueListener> logger)
{
    private readonly List<Task> _inWork = [];
    private bool _storageDown;

    /// <summary>Receives until the token fires, then waits for the messages in work; that may take for ever.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var delay = new PollingDelay(settings.MaxPollingInterval, Random.Shared);
        try
        {
            while (true)
            {
                await RoomAsync(stopping);
                var messages = await ReceiveAsync(stopping);
                _inWork.AddRange(messages.Select(message => work.RunAsync(message)));
                await Task.Delay(delay.Next(messages.Length > 0), time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Task.WhenAll(_inWork);
        }
    }

    private async Task RoomAsync(CancellationToken stopping)
    {
        _inWork.RemoveAll(task => task.IsCompleted);
        while (_inWork.Count > settings.NewBatchThreshold)
        {
            await Task.WhenAny(_inWork).WaitAsync(stopping);
            _inWork.RemoveAll(task => task.IsCompleted);
        }
    }

    private async Task<QueueMessage[]> ReceiveAsync(CancellationToken stopping)
    {
        try
        {
            var messages = await queue.ReceiveMessagesAsync(settings.BatchSize, QueueMessageWork.Hidden, stopping);
            Recovered();
            return messages.Value;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            Recovered();
            return [];
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            if (!_storageDown)
            {
                LogDown(function.Name, queue.Name, StorageFailure.Reason(exception));
            }

            _storageDown = true;
            return [];
        }
    }

    private void Recovered()
    {
        if (_storageDown)
        {
            LogUp(function.Name, queue.Name);
        }

        _storageDown = false;
    }

    [LoggerMessage(LogLevel.Warning, "Function {Function} cannot receive from queue {Queue} and keeps trying: {Reason}")]
    private partial void LogDown(string function, string queue, string reason);

    [LoggerMessage(LogLevel.Information, "Function {Function} receives from queue {Queue} again.")]
    private partial void LogUp(string function, string queue);
}
