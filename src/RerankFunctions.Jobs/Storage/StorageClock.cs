namespace RerankFunctions.Jobs.Storage;

/// <summary>
/// Storage's clock, as of its last answer. Leases are decided by it, so that workers agree about them whose own clocks do not.
/// It runs behind storage by up to a second, the precision of an answer's date, and by the answer's way here.
/// </summary>
public sealed class StorageClock(TimeProvider time)
{
    private Reading? _last;

    /// <summary>Takes the time of an answer that has just arrived.</summary>
    public void Set(DateTimeOffset now) => Volatile.Write(ref _last, new Reading(now, time.GetTimestamp()));

    /// <summary>The time by storage's clock; by this machine's before storage's first answer.</summary>
    public DateTimeOffset GetUtcNow() => Volatile.Read(ref _last) is { } last
        ? last.Time + time.GetElapsedTime(last.Timestamp)
        : time.GetUtcNow();

    private sealed record Reading(DateTimeOffset Time, long Timestamp);
}
