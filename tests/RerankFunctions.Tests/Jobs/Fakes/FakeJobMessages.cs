using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Tests.Jobs.Fakes;

/// <summary>The queue of jobs of a fake account, behind the connection of one process.</summary>
internal sealed class FakeJobMessages(FakeAccount account, FakeConnection connection) : IJobMessages
{
    public Task SendAsync(string text, TimeSpan delay, CancellationToken cancellationToken) =>
        connection.CallAsync(
            "send",
            () =>
            {
                account.Jobs.Send(text, delay);
                return true;
            },
            () => true,
            cancellationToken);

    public Task<int> CountAsync(CancellationToken cancellationToken) =>
        connection.CallAsync("count", () => account.Jobs.Count, () => 0, cancellationToken);
}
