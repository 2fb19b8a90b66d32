using System.Collections.Concurrent;

namespace RerankFunctions.Tests.Support;

/// <summary>
/// A clock on which every wait of less than a minute ends at once and moves the time on. Longer waits are time-outs for a server
/// that falls silent; <see cref="TimesOut"/> decides about each.
/// </summary>
internal sealed class InstantTime : TimeProvider
{
    private static readonly TimeSpan MinTimeout = TimeSpan.FromMinutes(1);
    private long _ticks = new DateTime(2026, 1, 1).Ticks;

    /// <summary>Waits so far, in order.</summary>
    public ConcurrentQueue<TimeSpan> Waits { get; } = [];

    /// <summary>Called on the thread that starts a time-out; true lets it expire at once, false never.</summary>
    public Func<bool> TimesOut { get; set; } = () => false;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new InstantTimer(callback, state);
        if (dueTime >= TimeSpan.Zero && dueTime < MinTimeout)
        {
            Waits.Enqueue(dueTime);
            Interlocked.Add(ref _ticks, dueTime.Ticks);
            timer.Expire();
        }
        else if (dueTime >= MinTimeout && TimesOut())
        {
            timer.Expire();
        }

        return timer;
    }

    private sealed class InstantTimer(TimerCallback callback, object? state) : ITimer
    {
        private volatile bool _isDisposed;

        public void Expire() => ThreadPool.QueueUserWorkItem(_ =>
        {
            if (!_isDisposed)
            {
                callback(state);
            }
        });

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => _isDisposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
