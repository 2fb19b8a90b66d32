using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Batches.Settings;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Processing;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Starting;

/// <summary>
/// Starts the batches of drops that events announce. An event is a hint to look at a blob: what it says beside the name is not used, so that events may come
/// late, twice, in any order and from anybody.
/// </summary>
public sealed class DropStart(BatchStart start, IOptions<BatchOptions> options, ILogger<DropStart> logger) : IPoisonHandler
{
    /// <inheritdoc />
    public IReadOnlyList<QueueKind> Queues { get; } = [QueueKind.Drops];

    /// <summary>Handles a message. It is done when this returns.</summary>
    /// <param name="message">The untrusted text of the message.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StorageUnavailableException">Storage failed; the host delivers the message again.</exception>
    public async Task StartAsync(string message, CancellationToken cancellationToken)
    {
        if (DropEventReader.Read(message) is not { } blobs)
        {
            logger.EventDropped(message.Length);
            return;
        }

        if (blobs.Count == 0)
        {
            logger.EventIgnored("It is about something else than a new blob.");
        }

        foreach (var blob in blobs)
        {
            if (blob.Container != options.Value.DropContainer || !BatchRequest.IsName(blob.Name))
            {
                logger.EventIgnored("The blob is not in the container of drops, or its name cannot be an input's.");
                continue;
            }

            try
            {
                if (await start.StartAsync(new BatchRequest(blob.Container, blob.Name), null, cancellationToken) is null)
                {
                    logger.EventIgnored("The blob is gone, empty or not a block blob.");
                }
            }
            catch (NewerVersionException)
            {
                // A process of the newer version has started it.
                logger.EventIgnored("The batch was started before.");
            }
        }
    }

    /// <inheritdoc />
    public Task RecoverAsync(QueueKind queue, string message, CancellationToken cancellationToken) => StartAsync(message, cancellationToken);
}
