namespace RerankFunctions.Cli.Scoring;

/// <summary>A bound on work under way. Work larger than the bound enters alone. One caller enters at a time.</summary>
/// <param name="max">The bound.</param>
internal sealed class Room(long max)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiting;
    private long _wanted;
    private long _used;

    /// <summary>Waits until work has room, and takes it.</summary>
    /// <param name="amount">Size of the work, at least 0.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is taken then.</param>
    public async Task EnterAsync(long amount, CancellationToken cancellationToken)
    {
        TaskCompletionSource waiting;
        lock (_lock)
        {
            if (Fits(amount))
            {
                _used += amount;
                return;
            }

            _wanted = amount;
            _waiting = waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        await using var registration = cancellationToken.Register(() => GiveUp(waiting, cancellationToken));
        await waiting.Task;
    }

    /// <summary>Gives back what was taken.</summary>
    public void Leave(long amount)
    {
        TaskCompletionSource? granted = null;
        lock (_lock)
        {
            _used -= amount;
            if (_waiting is not null && Fits(_wanted))
            {
                _used += _wanted;
                (granted, _waiting) = (_waiting, null);
            }
        }

        granted?.SetResult();
    }

    private bool Fits(long amount) => _used == 0 || _used + amount <= max;

    private void GiveUp(TaskCompletionSource waiting, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_waiting != waiting)
            {
                return;
            }

            _waiting = null;
        }

        waiting.SetCanceled(cancellationToken);
    }
}
