namespace RerankFunctions.Tests.ModelSources;

/// <summary>A clock whose waits end at once and move it on by what was to be waited. Timers of a minute or more, which guard against silence, run out when a test says so.</summary>
internal sealed class SteppingTime : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly List<Guard> _guards = [];
    private long _ticks = Start.UtcTicks;

    /// <summary>Waits so far, in order.</summary>
    public List<TimeSpan> Waits { get; } = [];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Guard(callback, state);
        if (dueTime >= TimeSpan.FromMinutes(1))
        {
            lock (_guards)
            {
                _guards.Add(timer);
            }
        }
        else if (dueTime >= TimeSpan.Zero)
        {
            lock (Waits)
            {
                Waits.Add(dueTime);
            }

            Interlocked.Add(ref _ticks, dueTime.Ticks);
            ThreadPool.QueueUserWorkItem(_ => timer.Fire());
        }

        return timer;
    }

    /// <summary>Timers so far that guard against silence.</summary>
    public int GuardCount
    {
        get
        {
            lock (_guards)
            {
                return _guards.Count;
            }
        }
    }

    /// <summary>Lets every timer run out that guards against silence now.</summary>
    public void EndSilence()
    {
        List<Guard> guards;
        lock (_guards)
        {
            guards = [.. _guards];
        }

        guards.ForEach(guard => guard.Fire());
    }

    private sealed class Guard(TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        public void Fire()
        {
            if (!Volatile.Read(ref _disposed))
            {
                callback(state);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => Volatile.Write(ref _disposed, true);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
