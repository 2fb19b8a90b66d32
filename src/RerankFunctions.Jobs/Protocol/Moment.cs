namespace RerankFunctions.Jobs.Protocol;

/// <summary>The time of a step by two clocks.</summary>
/// <param name="Storage">By storage's clock, which decides about leases, deadlines and messages. It has the precision of a second.</param>
/// <param name="Local">By this process's clock, for times that callers see.</param>
public readonly record struct Moment(DateTimeOffset Storage, DateTimeOffset Local)
{
    /// <summary>Returns the milliseconds between two times that callers see; null while one is missing, 0 where the clocks of two processes disagree.</summary>
    public static long? Milliseconds(DateTimeOffset? from, DateTimeOffset? to) =>
        to - from is { } duration ? Math.Max(0, (long)duration.TotalMilliseconds) : null;
}
