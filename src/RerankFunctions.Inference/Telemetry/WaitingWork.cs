namespace RerankFunctions.Inference.Telemetry;

/// <summary>Work that waits in an engine.</summary>
/// <param name="Pairs">Number of pairs.</param>
/// <param name="Tokens">Number of their tokens, without shared prefixes.</param>
internal readonly record struct WaitingWork(long Pairs, long Tokens);
