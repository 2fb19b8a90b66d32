using RerankFunctions.Contracts;

namespace RerankFunctions.Jobs.Records;

/// <summary>Content of an idempotency blob.</summary>
/// <param name="JobId">The job that the key is bound to.</param>
/// <param name="RequestHash">SHA-256 of the stored request, in hexadecimal.</param>
public sealed record IdempotencyRecord(JobId JobId, string RequestHash);
