namespace RerankFunctions.Jobs.Protocol;

/// <summary>The time of a step by two clocks.</summary>
/// <param name="Storage">By storage's clock, which decides about leases, deadlines and messages. It has the precision of a second.</param>
/// <param name="Local">By this process's clock, for times that callers see.</param>
public readonly record struct Moment(DateTimeOffset Storage, DateTimeOffset Local);
