namespace RerankFunctions.Batches.Records;

/// <summary>
/// What the sweep of drops remembers, so that it does not look at old ones again.
/// </summary>
/// <param name="Until">All drops that were written before this time, by storage's clock, have their batches.</param>
public sealed record DropMark(DateTimeOffset Until);
