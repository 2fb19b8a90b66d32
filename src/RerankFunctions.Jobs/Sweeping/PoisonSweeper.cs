using Microsoft.Extensions.Logging;
using RerankFunctions.Jobs.Processing;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Sweeping;

/// <summary>
/// Takes messages from the poison queues and has them handled. A message that cannot be handled now stays and is taken again later. Sweepers that run at
/// once do no harm: handling a message twice changes nothing.
/// </summary>
/// <param name="queues">The poison queues.</param>
/// <param name="handlers">Handle the messages of their queues.</param>
/// <param name="logger">Receives messages that cannot be handled.</param>
public sealed class PoisonSweeper(IPoisonQueues queues, IEnumerable<IPoisonHandler> handlers, ILogger<PoisonSweeper> logger)
{
    /// <summary>Handles all messages that are visible now.</summary>
    /// <param name="cancellationToken">Ends the sweep; the next one goes on.</param>
    /// <exception cref="StorageUnavailableException">The queues cannot be read.</exception>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var handler in handlers)
        {
            foreach (var queue in handler.Queues)
            {
                await SweepAsync(handler, queue, cancellationToken);
            }
        }
    }

    private async Task SweepAsync(IPoisonHandler handler, QueueKind queue, CancellationToken cancellationToken)
    {
        while (await queues.TakeAsync(queue, cancellationToken) is { Count: > 0 } messages)
        {
            foreach (var message in messages)
            {
                await HandleAsync(handler, queue, message, cancellationToken);
            }
        }
    }

    private async Task HandleAsync(IPoisonHandler handler, QueueKind queue, PoisonedMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await handler.RecoverAsync(queue, message.Text, cancellationToken);
            await queues.DeleteAsync(queue, message, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // It must not hold up the messages behind it.
            logger.PoisonStays(exception, queue);
        }
    }
}
