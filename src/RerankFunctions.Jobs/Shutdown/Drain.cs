namespace RerankFunctions.Jobs.Shutdown;

/// <summary>
/// The last phase of a process, from the request to stop until its end: it takes no new work, ends long polls with what it knows, and
/// finishes the jobs under way if the time suffices.
/// </summary>
public sealed class Drain(TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _started = new();
    private readonly CancellationTokenSource _deadline = new(Timeout.InfiniteTimeSpan, time);

    /// <summary>Cancelled when the process is asked to stop.</summary>
    public CancellationToken Started => _started.Token;

    /// <summary>Cancelled when the jobs that are still under way must be given back. Never cancelled before <see cref="Started"/>.</summary>
    public CancellationToken Deadline => _deadline.Token;

    /// <summary>Starts the drain. Another call changes nothing.</summary>
    /// <param name="jobTime">Time until <see cref="Deadline"/>.</param>
    public void Begin(TimeSpan jobTime)
    {
        lock (_started)
        {
            if (_started.IsCancellationRequested)
            {
                return;
            }

            _deadline.CancelAfter(jobTime);
            _started.Cancel();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _started.Dispose();
        _deadline.Dispose();
    }
}
