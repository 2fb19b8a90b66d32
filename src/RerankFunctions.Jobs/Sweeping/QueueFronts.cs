using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs.Sweeping;

/// <summary>The oldest visible messages of the queues during one sweep, each asked for at most once by the calls that run at the same time.</summary>
public sealed class QueueFronts(IJobMessages messages)
{
    private readonly Dictionary<QueueKind, Task<DateTimeOffset?>> _fronts = [];

    /// <summary>Returns when the oldest visible message of a queue was inserted; null when none is visible.</summary>
    public Task<DateTimeOffset?> GetAsync(QueueKind queue, CancellationToken cancellationToken)
    {
        lock (_fronts)
        {
            return _fronts.TryGetValue(queue, out var front) ? front : _fronts[queue] = messages.FrontAsync(queue, cancellationToken);
        }
    }
}
