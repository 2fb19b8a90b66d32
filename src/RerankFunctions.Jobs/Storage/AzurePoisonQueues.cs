using System.Buffers.Text;
using System.Text;
using Azure;
using Azure.Storage.Queues.Models;
using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Jobs.Storage;

/// <summary>The poison queues in Azure Storage or Azurite. The host creates them when it moves a first message.</summary>
public sealed class AzurePoisonQueues(StorageClients clients) : IPoisonQueues
{
    private const int MaxMessages = 32;
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(2);

    /// <inheritdoc />
    public Task<IReadOnlyList<PoisonedMessage>> TakeAsync(QueueKind queue, CancellationToken cancellationToken) => StorageFaults.GuardAsync(
        async () =>
        {
            try
            {
                var messages = await clients.PoisonOf(queue).ReceiveMessagesAsync(MaxMessages, Hidden, cancellationToken);
                return (IReadOnlyList<PoisonedMessage>)
                    [.. messages.Value.Select(message => new PoisonedMessage(Decode(message.Body), message.MessageId, message.PopReceipt))];
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.QueueNotFound)
            {
                return [];
            }
        },
        cancellationToken);

    /// <inheritdoc />
    public Task DeleteAsync(QueueKind queue, PoisonedMessage message, CancellationToken cancellationToken) => StorageFaults.GuardAsync(
        async () =>
        {
            try
            {
                await clients.PoisonOf(queue).DeleteMessageAsync(message.Id, message.Receipt, cancellationToken);
                return true;
            }
            catch (RequestFailedException exception) when (
                exception.ErrorCode == QueueErrorCode.MessageNotFound || exception.ErrorCode == QueueErrorCode.PopReceiptMismatch)
            {
                return false;
            }
        },
        cancellationToken);

    // The app's own messages are base64. Others may not be: the host moves what it cannot decode unchanged.
    private static string Decode(BinaryData body)
    {
        var bytes = body.ToMemory().Span;
        return Base64.IsValid(bytes) ? Encoding.UTF8.GetString(Convert.FromBase64String(Encoding.ASCII.GetString(bytes))) : Encoding.UTF8.GetString(bytes);
    }
}
