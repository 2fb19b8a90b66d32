namespace RerankFunctions.Jobs;

/// <summary>An idempotency key that came before with another request. Nothing was stored.</summary>
public sealed class IdempotencyConflictException : Exception
{
    /// <summary>Creates the exception.</summary>
    public IdempotencyConflictException()
        : base("This idempotency key was used before with another request.")
    {
    }
}
