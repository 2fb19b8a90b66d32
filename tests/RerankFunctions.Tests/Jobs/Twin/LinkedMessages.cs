using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Tests.Jobs.Twin;

/// <summary>The account's queue of jobs as one process reaches it.</summary>
internal sealed class LinkedMessages(Account account, StorageLink link) : IJobMessages
{
    public Task SendAsync(JobMessage message, TimeSpan delay, CancellationToken cancellationToken) =>
        link.CallAsync(
            "send",
            () =>
            {
                account.Jobs.Send(message.ToJson(), delay);
                return true;
            },
            true,
            cancellationToken);

    public Task<int> CountAsync(CancellationToken cancellationToken) =>
        link.CallAsync("count", () => account.Jobs.Count, 0, cancellationToken);
}
