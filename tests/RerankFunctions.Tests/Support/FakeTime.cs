namespace RerankFunctions.Tests.Support;

/// <summary>A clock that stands still until a test moves it. Timers may be set from any thread.</summary>
internal sealed class FakeTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<Due, (long Ticks, long Order)> _due = new();
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock without firing timers.</summary>
    public void Advance(TimeSpan by)
    {
        lock (_lock)
        {
            _now += by;
        }
    }

    /// <summary>Moves the clock to the next timer and fires it.</summary>
    /// <returns>Whether there was one.</returns>
    public bool FireNext()
    {
        if (TakeNext() is not { } timer)
        {
            return false;
        }

        timer.Fire();
        return true;
    }

    private Timer? TakeNext()
    {
        lock (_lock)
        {
            while (_due.TryDequeue(out var due, out _))
            {
                if (due.Timer.Version == due.Version)
                {
                    _now = due.At > _now ? due.At : _now;
                    return due.Timer;
                }
            }

            return null;
        }
    }

    private readonly record struct Due(Timer Timer, int Version, DateTimeOffset At);

    private sealed class Timer(FakeTime time, TimerCallback callback, object? state) : ITimer
    {
        public int Version { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Assert.True(period == Timeout.InfiniteTimeSpan || period == TimeSpan.Zero, "Nothing here uses a periodic timer.");
            lock (time._lock)
            {
                Version++;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    var at = time._now + dueTime;
                    time._due.Enqueue(new Due(this, Version, at), (at.UtcTicks, time._order++));
                }
            }

            return true;
        }

        public void Fire()
        {
            Version++;
            callback(state);
        }

        public void Dispose() => Version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
