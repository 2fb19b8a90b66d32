namespace RerankFunctions.Jobs.Callbacks;

/// <summary>What a call to a receiver led to.</summary>
/// <param name="Error">What went wrong, without the address; null for a success.</param>
/// <param name="StatusCode">HTTP status of the answer; null where none came.</param>
/// <param name="IsFinal">Whether another call is of no use.</param>
/// <param name="RetryAfter">Pause that the receiver asks for.</param>
public sealed record CallbackOutcome(string? Error, int? StatusCode = null, bool IsFinal = false, TimeSpan? RetryAfter = null);
