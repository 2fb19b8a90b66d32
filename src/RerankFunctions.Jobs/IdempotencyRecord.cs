using RerankFunctions.Contracts;

namespace RerankFunctions.Jobs;

/// <summary>What an idempotency blob holds.</summary>
/// <param name="JobId">The job that the key stands for.</param>
/// <param name="RequestHash">SHA-256 of the stored request, in hexadecimal.</param>
internal sealed record IdempotencyRecord(JobId JobId, string RequestHash);
