namespace Microsoft.Azure.Functions.Worker.Queues;

/// <summary>Pauses between polls: 100 ms after a message, then about doubling at random up to a maximum.</summary>
internal sealed class PollingDelay(TimeSpan most, Random random)
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);

    private int _emptyPolls;

    public TimeSpan Next(bool foundSome)
    {
        if (foundSome)
        {
            _emptyPolls = 0;
            return Least;
        }

        var factor = Math.Pow(2, Math.Min(_emptyPolls++, 20)) * (0.8 + (0.4 * random.NextDouble()));
        var delay = Least * factor;
        return delay < Least ? Least : delay > most ? most : delay;
    }
}
