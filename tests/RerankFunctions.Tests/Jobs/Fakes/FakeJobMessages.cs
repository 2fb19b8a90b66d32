using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Tests.Jobs.Fakes;

/// <summary>The queue of jobs of a fake account, behind the connection of one process.</summary>
internal sealed class FakeJobMessages(FakeAccount account, FakeConnection connection) : IJobMessages
{
    public Task SendAsync(QueueKind queue, string text, TimeSpan delay, CancellationToken cancellationToken) =>
        connection.CallAsync(
            $"send {queue}",
            () =>
            {
                account.Of(queue).Send(text, delay);
                return true;
            },
            () => true,
            cancellationToken);

    public Task<int> CountAsync(QueueKind queue, CancellationToken cancellationToken) =>
        connection.CallAsync("count", () => account.Of(queue).Count, () => 0, cancellationToken);

    public Task<DateTimeOffset?> FrontAsync(QueueKind queue, CancellationToken cancellationToken) =>
        connection.CallAsync($"peek {queue}", () => account.Of(queue).Front, () => null, cancellationToken);
}
