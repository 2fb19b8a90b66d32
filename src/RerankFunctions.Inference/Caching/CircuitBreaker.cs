namespace RerankFunctions.Inference.Caching;

/// <summary>
/// Decides whether a call to a store is worth a try. After three failures in a row calls are skipped, for a second at first and for
/// up to half a minute if the store keeps failing; then one call tries again. Calls may run in parallel.
/// </summary>
/// <remarks>Polly's breaker opens by the share of failures in a window of time, and so lets a store that just died delay many more calls.</remarks>
/// <param name="time">The clock.</param>
internal sealed class CircuitBreaker(TimeProvider time)
{
    private const int MaxFailures = 3;
    private static readonly TimeSpan FirstBreak = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxBreak = TimeSpan.FromSeconds(30);

    // A store that was well for less than this is broken for longer and longer, so that its ups and downs do not fill the log.
    private static readonly TimeSpan Recovery = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private TimeSpan _break = FirstBreak;
    private long _nextTry;
    private long? _closed;
    private int _failures;

    /// <summary>Whether calls are skipped.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Returns whether to call the store now.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (!IsOpen)
            {
                return true;
            }

            var isDue = time.GetTimestamp() >= _nextTry;
            if (isDue)
            {
                // Others wait for the result of this try.
                _nextTry = After(_break);
            }

            return isDue;
        }
    }

    /// <summary>Lets the next call try the store, because there is a sign that it is back.</summary>
    public void TryNow()
    {
        lock (_lock)
        {
            _nextTry = time.GetTimestamp();
        }
    }

    /// <summary>Notes a call that succeeded.</summary>
    /// <returns>Whether the store is back with it.</returns>
    public bool Succeed()
    {
        lock (_lock)
        {
            _failures = 0;
            if (!IsOpen)
            {
                return false;
            }

            IsOpen = false;
            _closed = time.GetTimestamp();
            return true;
        }
    }

    /// <summary>Notes a call that failed.</summary>
    /// <returns>Whether the store is lost with it.</returns>
    public bool Fail()
    {
        lock (_lock)
        {
            if (IsOpen)
            {
                _break = Longer();
                _nextTry = After(_break);
                return false;
            }

            if (++_failures < MaxFailures)
            {
                return false;
            }

            _break = _closed is { } closed && time.GetElapsedTime(closed) < Recovery ? Longer() : FirstBreak;
            _nextTry = After(_break);
            IsOpen = true;
            return true;
        }
    }

    private TimeSpan Longer() => _break * 2 < MaxBreak ? _break * 2 : MaxBreak;

    private long After(TimeSpan pause) => time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
}
