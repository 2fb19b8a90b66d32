using Microsoft.Extensions.Logging;
using RerankFunctions.Contracts;

namespace RerankFunctions.Batches.Telemetry;

/// <summary>Every line that this assembly logs. A line holds ids, codes and numbers, never names of blobs or text of queries and documents.</summary>
internal static partial class BatchLog
{
    [LoggerMessage(301, LogLevel.Information, "Batch {BatchId} is accepted with an input of {Bytes} bytes.")]
    public static partial void BatchAccepted(this ILogger logger, BatchId batchId, long bytes);

    [LoggerMessage(302, LogLevel.Information, "Batch {BatchId}: attempt {Attempt} at reading the input begins.")]
    public static partial void CutBegan(this ILogger logger, BatchId batchId, int attempt);

    [LoggerMessage(303, LogLevel.Information, "Batch {BatchId} has {Lines} lines with {Pairs} pairs in {Chunks} chunks.")]
    public static partial void CutCompleted(this ILogger logger, BatchId batchId, long lines, long pairs, int chunks);

    [LoggerMessage(304, LogLevel.Information, "Batch {BatchId}: attempt {Attempt} at chunk {Chunk} begins.")]
    public static partial void ChunkTaken(this ILogger logger, BatchId batchId, int chunk, int attempt);

    [LoggerMessage(305, LogLevel.Information, "Batch {BatchId}: chunk {Chunk} is done with {Completed} answers and {Failed} errors.")]
    public static partial void ChunkCompleted(this ILogger logger, BatchId batchId, int chunk, int completed, int failed);

    [LoggerMessage(306, LogLevel.Warning, "Batch {BatchId}: attempt {Attempt} at chunk {Chunk} ended without an outcome.")]
    public static partial void ChunkMissed(this ILogger logger, Exception exception, BatchId batchId, int chunk, int attempt);

    [LoggerMessage(307, LogLevel.Warning, "Batch {BatchId}: attempt {Attempt} at reading the input ended without an outcome.")]
    public static partial void CutMissed(this ILogger logger, Exception exception, BatchId batchId, int attempt);

    [LoggerMessage(308, LogLevel.Error, "Batch {BatchId}: chunk {Chunk} used up its attempts; its lines get errors.")]
    public static partial void ChunkAbandoned(this ILogger logger, BatchId batchId, int chunk);

    [LoggerMessage(309, LogLevel.Warning, "Batch {BatchId}: an attempt lost its lease and stopped.")]
    public static partial void LeaseLost(this ILogger logger, BatchId batchId);

    [LoggerMessage(310, LogLevel.Warning, "Batch {BatchId}: a lease is not renewed; the next renewal tries again. {Reason}")]
    public static partial void LeaseNotRenewed(this ILogger logger, BatchId batchId, string reason);

    [LoggerMessage(311, LogLevel.Warning, "Batch {BatchId}: an attempt cannot give its work back; it waits for the end of its lease. {Reason}")]
    public static partial void NotReleased(this ILogger logger, BatchId batchId, string reason);

    [LoggerMessage(312, LogLevel.Information, "Batch {BatchId} ended as {State} with {Completed} answers and {Failed} errors.")]
    public static partial void BatchEnded(this ILogger logger, BatchId batchId, BatchState state, long completed, long failed);

    [LoggerMessage(313, LogLevel.Warning, "Batch {BatchId} failed: {Code}.")]
    public static partial void BatchFailed(this ILogger logger, BatchId batchId, string code);

    [LoggerMessage(314, LogLevel.Warning, "The sweeper announced batch {BatchId} again, chunk {Chunk}.")]
    public static partial void Recovered(this ILogger logger, BatchId batchId, int? chunk);

    [LoggerMessage(315, LogLevel.Warning, "The sweeper cannot handle batch {BatchId} now. {Reason}")]
    public static partial void NotSwept(this ILogger logger, BatchId batchId, string reason);

    [LoggerMessage(316, LogLevel.Error, "The {Blob} of batch {BatchId} is not readable.")]
    public static partial void BlobUnreadable(this ILogger logger, BatchId batchId, string blob);

    [LoggerMessage(317, LogLevel.Warning, "A message of {Characters} characters is not a valid claim check of a batch and is dropped.")]
    public static partial void BatchMessageDropped(this ILogger logger, int characters);

    [LoggerMessage(318, LogLevel.Warning, "A message names batch {BatchId}, which is not in storage, and is dropped.")]
    public static partial void BatchUnknown(this ILogger logger, BatchId batchId);

    [LoggerMessage(319, LogLevel.Information, "A message of a batch is postponed; it comes back in {Milliseconds} ms. {Reason}")]
    public static partial void BatchMessagePostponed(this ILogger logger, long milliseconds, string reason);

    [LoggerMessage(320, LogLevel.Warning, "A message of {Characters} characters is not an event about a blob and is dropped.")]
    public static partial void EventDropped(this ILogger logger, int characters);

    [LoggerMessage(321, LogLevel.Information, "An event about a blob starts no batch: {Reason}")]
    public static partial void EventIgnored(this ILogger logger, string reason);

    [LoggerMessage(322, LogLevel.Information, "The sweep of drops started {Batches} batches.")]
    public static partial void DropsSwept(this ILogger logger, int batches);

    [LoggerMessage(323, LogLevel.Information, "{Batches} batches were deleted, because their retention has ended.")]
    public static partial void BatchesExpired(this ILogger logger, int batches);

    [LoggerMessage(324, LogLevel.Information, "Batch {BatchId} waits: batch {Other} writes the same output.")]
    public static partial void OutputClaimed(this ILogger logger, BatchId batchId, BatchId other);
}
