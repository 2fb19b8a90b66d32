using RerankFunctions.Contracts;

namespace RerankFunctions.Batches.Records;

/// <summary>Content of a claim: the one batch that may write an output.</summary>
/// <param name="BatchId">The batch.</param>
public sealed record OutputClaim(BatchId BatchId);
