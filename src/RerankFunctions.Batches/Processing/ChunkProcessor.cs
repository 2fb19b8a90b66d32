using Microsoft.Extensions.Options;
using RerankFunctions.Batches.Finishing;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Records;
using RerankFunctions.Batches.Scoring;
using RerankFunctions.Batches.Steps;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Processing;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Shutdown;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Processing;

/// <summary>
/// Scores the chunk that a message names, then advances its batch. Any number of messages may name a chunk: only one attempt's output counts.
/// </summary>
public sealed class ChunkProcessor(
    BatchIntake intake,
    BatchSteps steps,
    ChunkAttempts attempts,
    AttemptNames names,
    ChunkStore chunks,
    BatchAdvance advance,
    ScoringReadiness readiness,
    JobBudget budget,
    IJobMessages messages,
    Drain drain,
    IOptions<JobsOptions> jobs)
{
    // Short beside the time for which the host hides the message, long beside most chunks.
    private static readonly TimeSpan MemoryWait = TimeSpan.FromSeconds(30);

    // Another worker gets the message soon, and this one does not get it back at once.
    private static readonly TimeSpan PostponedFor = TimeSpan.FromSeconds(5);

    // So many show the platform that there is work for a worker that is starting.
    private const int MaxGoingRound = 256;

    /// <summary>Handles a message. It is done when this returns.</summary>
    /// <param name="message">The untrusted text of the message.</param>
    /// <param name="cancellationToken">Shutdown: the chunk is given back and the attempt does not count.</param>
    /// <exception cref="StorageUnavailableException">Storage failed; the host delivers the message again.</exception>
    public Task ProcessAsync(string message, CancellationToken cancellationToken) => intake.WithBatchAsync(
        QueueKind.Chunks, message, (claim, batch) => ProcessAsync(message, claim, batch, cancellationToken), cancellationToken);

    private async Task ProcessAsync(string text, BatchMessage message, Versioned<BatchRecord> batch, CancellationToken cancellationToken)
    {
        var number = message.Chunk!.Value;
        if (batch.Value.State != BatchState.InProgress || batch.Value.Find(number) is not { } chunk)
        {
            return;
        }

        if (await readiness.FindObstacleAsync(batch.Value.Model, cancellationToken) is { } obstacle)
        {
            // The sweeper goes on sending messages while no process has the model. They must not all go round until one has.
            if (drain.Started.IsCancellationRequested || await messages.CountAsync(QueueKind.Chunks, cancellationToken) < MaxGoingRound)
            {
                await intake.PostponeAsync(QueueKind.Chunks, text, PostponedFor, obstacle, cancellationToken);
            }

            return;
        }

        // A chunk that may have crashed processes gets one to itself.
        var isSuspect = chunk.Lease.Crashes + (chunk.Lease.Owner is null ? 0 : 1) >= jobs.Value.CrashesBeforeAlone;
        var bytes = isSuspect ? long.MaxValue : chunk.Span.IsOversized ? 0 : chunk.Span.Length;
        using var memory = await budget.TryReserveAsync(bytes, WorkClass.Bulk, MemoryWait, cancellationToken);
        if (memory is null)
        {
            await intake.PostponeAsync(
                QueueKind.Chunks, text, PostponedFor, "Other work uses the memory of this process.", cancellationToken);
            return;
        }

        using var span = BatchesTelemetry.StartChunk(message);
        var taken = await steps.TakeAsync(
            batch, new BatchEvent.ChunkDelivered(number, names.Create()), cancellationToken);
        if (taken is not { Verdict: Verdict.Work })
        {
            return;
        }

        var ended = await attempts.RunAsync(taken.Batch, number, cancellationToken);
        if (ended.Value.IsCompressed == true && ended.Value.Find(number) is null)
        {
            await chunks.DeleteTextAsync(ended.Value.Id, number, cancellationToken);
        }

        await advance.AdvanceAsync(ended, cancellationToken);
    }
}
