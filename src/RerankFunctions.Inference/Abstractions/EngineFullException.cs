namespace RerankFunctions.Inference.Abstractions;

/// <summary>
/// Too many tokens wait already (<see cref="ScoringOptions.MaxWaitingTokens"/>), and the request does not wait for its place.
/// </summary>
public sealed class EngineFullException() : Exception("The engine has too much work. Try again later.");
