using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker.Invocations;
using Microsoft.Azure.Functions.Worker.Settings;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Queues;

/// <summary>Polls the queue of a function and keeps up to batchSize + newBatchThreshold messages in work.</summary>
internal sealed partial class QueueListener(
    Function function, QueueClient queue, QueueMessageWork work, QueueSettings settings, TimeProvider time, ILogger<QueueListener> logger)
{
    private readonly List<Task> _inWork = [];
    private bool _isStorageDown;

    /// <summary>Receives messages until the token is cancelled, then waits for the messages in work without a limit.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var delay = new PollingDelay(settings.MaxPollingInterval, Random.Shared);
        try
        {
            while (true)
            {
                await WaitForRoomAsync(stopping);
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

    private async Task WaitForRoomAsync(CancellationToken stopping)
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
            ReportUp();
            return messages.Value;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            ReportUp();
            return [];
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            if (!_isStorageDown)
            {
                LogDown(function.Name, queue.Name, StorageFailure.Reason(exception));
            }

            _isStorageDown = true;
            return [];
        }
    }

    private void ReportUp()
    {
        if (_isStorageDown)
        {
            LogUp(function.Name, queue.Name);
        }

        _isStorageDown = false;
    }

    [LoggerMessage(LogLevel.Warning, "Function {Function} cannot receive from queue {Queue} and retries: {Reason}")]
    private partial void LogDown(string function, string queue, string reason);

    [LoggerMessage(LogLevel.Information, "Function {Function} receives from queue {Queue} again.")]
    private partial void LogUp(string function, string queue);
}
