namespace Microsoft.Azure.Functions.Worker.Queues;

/// <summary>Delays between polls: 100 ms after a message, then exponential back-off with jitter up to a maximum.</summary>
internal sealed class PollingDelay(TimeSpan max, Random random)
{
    private static readonly TimeSpan Min = TimeSpan.FromMilliseconds(100);

    private int _emptyPolls;

    /// <summary>Returns the delay before the next poll.</summary>
    public TimeSpan Next(bool foundSome)
    {
        if (foundSome)
        {
            _emptyPolls = 0;
            return Min;
        }

        var factor = Math.Pow(2, Math.Min(_emptyPolls++, 20)) * (0.8 + (0.4 * random.NextDouble()));
        var delay = Min * factor;
        return delay < Min ? Min : delay > max ? max : delay;
    }
}
