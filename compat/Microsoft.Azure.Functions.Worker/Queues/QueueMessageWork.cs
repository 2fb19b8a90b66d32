using System.Globalization;
using System.Text.Json;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker.Invocations;
using Microsoft.Azure.Functions.Worker.Settings;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Queues;

/// <summary>Runs a function on a received message, keeps the message hidden meanwhile, and deletes, releases or poisons it.</summary>
/// <remarks>The poison queue is null for a function that listens to a poison queue.</remarks>
internal sealed partial class QueueMessageWork(
    Function function,
    QueueClient queue,
    QueueClient? poison,
    QueueSettings settings,
    InvocationRunner runner,
    TimeProvider time,
    ILogger<QueueMessageWork> logger)
{
    /// <summary>Time for which a received message is hidden. It is renewed after half of the time.</summary>
    public static readonly TimeSpan Hidden = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan RenewalRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PoisonTimeToLive = TimeSpan.FromDays(7);

    /// <summary>Runs the function on a message and settles the message. Failures are logged and not thrown.</summary>
    public async Task RunAsync(QueueMessage message)
    {
        try
        {
            if (message.DequeueCount > settings.MaxDequeueCount)
            {
                await PoisonAsync(message, message.PopReceipt);
            }
            else
            {
                await RunAndSettleAsync(message);
            }
        }
        catch (Exception exception) when (StorageFailure.Is(exception))
        {
            LogUnsettled(function.Name, message.MessageId, StorageFailure.Reason(exception));
        }
    }

    private async Task RunAndSettleAsync(QueueMessage message)
    {
        using var done = new CancellationTokenSource();
        var renewal = RenewAsync(message, done.Token);
        var succeeded = await InvokeAsync(message);
        await done.CancelAsync();
        var receipt = await renewal;

        if (succeeded)
        {
            await queue.DeleteMessageAsync(message.MessageId, receipt);
        }
        else if (poison is not null && message.DequeueCount >= settings.MaxDequeueCount)
        {
            await PoisonAsync(message, receipt);
        }
        else if (poison is not null)
        {
            await queue.UpdateMessageAsync(message.MessageId, receipt, visibilityTimeout: settings.VisibilityTimeout);
        }
        // A message of a poison queue stays hidden for the rest of the ten minutes: with an immediate retry it would loop.
    }

    private async Task<bool> InvokeAsync(QueueMessage message)
    {
        BinaryData body;
        try
        {
            body = MessageText.Decode(message.Body, settings.Base64);
        }
        catch (FormatException)
        {
            LogNotBase64(function.Name, message.MessageId);
            return false;
        }

        var decoded = QueuesModelFactory.QueueMessage(
            message.MessageId, message.PopReceipt, body, message.DequeueCount, message.NextVisibleOn, message.InsertedOn, message.ExpiresOn);
        try
        {
            await runner.RunAsync(function, new TriggerInput(BindingData(decoded), decoded));
            return true;
        }
        catch (Exception)
        {
            // The runner has logged it.
            return false;
        }
    }

    /// <summary>Extends the time for which the message is hidden until the function has ended.</summary>
    /// <returns>The receipt that settles the message.</returns>
    private async Task<string> RenewAsync(QueueMessage message, CancellationToken done)
    {
        var receipt = message.PopReceipt;
        var wait = Hidden / 2;
        while (true)
        {
            await Task.Delay(wait, time, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (done.IsCancellationRequested)
            {
                return receipt;
            }

            try
            {
                // Not cancelled with the function: the response contains the receipt that settles the message.
                var update = await queue.UpdateMessageAsync(message.MessageId, receipt, visibilityTimeout: Hidden, cancellationToken: CancellationToken.None);
                receipt = update.Value.PopReceipt;
                wait = Hidden / 2;
            }
            catch (Exception exception) when (StorageFailure.Is(exception))
            {
                LogNotRenewed(function.Name, message.MessageId, StorageFailure.Reason(exception));
                wait = RenewalRetry;
            }
        }
    }

    private async Task PoisonAsync(QueueMessage message, string receipt)
    {
        if (poison is null)
        {
            return;
        }

        await poison.CreateIfNotExistsAsync();
        await poison.SendMessageAsync(message.Body, visibilityTimeout: null, PoisonTimeToLive);
        await queue.DeleteMessageAsync(message.MessageId, receipt);
        LogPoisoned(function.Name, message.MessageId, poison.Name, message.DequeueCount);
    }

    /// <summary>
    /// Returns the metadata of the message and the properties of the JSON object in it. Values are strings, or JSON where they are not
    /// strings, as the host sends them.
    /// </summary>
    private static Dictionary<string, object?> BindingData(QueueMessage message)
    {
        var data = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
        {
            ["QueueTrigger"] = message.Body.ToString(),
            ["Id"] = message.MessageId,
            ["PopReceipt"] = message.PopReceipt,
            ["DequeueCount"] = message.DequeueCount.ToString(CultureInfo.InvariantCulture),
            ["InsertionTime"] = JsonSerializer.Serialize(message.InsertedOn),
            ["ExpirationTime"] = JsonSerializer.Serialize(message.ExpiresOn),
            ["NextVisibleTime"] = JsonSerializer.Serialize(message.NextVisibleOn),
        };
        try
        {
            using var document = JsonDocument.Parse(message.Body);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in document.RootElement.EnumerateObject())
                {
                    data.TryAdd(property.Name, property.Value.ValueKind == JsonValueKind.Null ? null : property.Value.ToString());
                }
            }
        }
        catch (JsonException)
        {
            // Without JSON there are no properties to add.
            return data;
        }

        return data;
    }

    [LoggerMessage(LogLevel.Error, "Function {Function}: message {MessageId} is not base64, as messageEncoding of host.json demands.")]
    private partial void LogNotBase64(string function, string messageId);

    [LoggerMessage(LogLevel.Warning, "Function {Function}: the visibility timeout of message {MessageId} could not be extended: {Reason}")]
    private partial void LogNotRenewed(string function, string messageId, string reason);

    [LoggerMessage(LogLevel.Warning, "Function {Function}: message {MessageId} could not be settled and is delivered again: {Reason}")]
    private partial void LogUnsettled(string function, string messageId, string reason);

    [LoggerMessage(LogLevel.Warning, "Function {Function}: message {MessageId} is moved to {PoisonQueue} after {DequeueCount} deliveries.")]
    private partial void LogPoisoned(string function, string messageId, string poisonQueue, long dequeueCount);
}
