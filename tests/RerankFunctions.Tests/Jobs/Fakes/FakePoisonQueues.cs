using System.Globalization;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Tests.Jobs.Fakes;

/// <summary>The poison queues of a fake account, behind the connection of one process.</summary>
internal sealed class FakePoisonQueues(FakeAccount account, FakeConnection connection, Random random) : IPoisonQueues
{
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, FakeQueue.Delivery> _taken = [];

    public Task<IReadOnlyList<PoisonedMessage>> TakeAsync(QueueKind queue, CancellationToken cancellationToken) => connection.CallAsync(
        $"take {queue}",
        () =>
        {
            if (account.PoisonOf(queue).Receive(Hidden, random) is not { } delivery)
            {
                return [];
            }

            var receipt = string.Create(CultureInfo.InvariantCulture, $"{queue} {delivery.Receipt}");
            _taken[receipt] = delivery;
            return (IReadOnlyList<PoisonedMessage>)[new PoisonedMessage(delivery.Text, receipt, receipt)];
        },
        () => [],
        cancellationToken);

    public Task DeleteAsync(QueueKind queue, PoisonedMessage message, CancellationToken cancellationToken) => connection.CallAsync(
        $"delete poisoned {queue}", () => account.PoisonOf(queue).Delete(_taken[message.Receipt]), () => false, cancellationToken);
}
