using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Steps;
using RerankFunctions.Batches.Storage;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Processing;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Shutdown;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Batches.Scoring;

/// <summary>Runs attempts at chunks that this process has taken: scores the lines while the lease is renewed, and stages the output.</summary>
public sealed class ChunkAttempts(
    BatchSteps steps,
    ChunkText texts,
    IBatchFiles files,
    IReranker reranker,
    BatchLineReader reader,
    Drain drain,
    BatchMetrics metrics,
    IOptions<RequestLimits> limits,
    IOptions<JobsOptions> jobs,
    TimeProvider time,
    ILogger<ChunkAttempts> logger)
{
    // Fits into the five seconds that the host grants at shutdown.
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Runs an attempt to its end.</summary>
    /// <param name="taken">The batch's state, with the chunk held by the attempt.</param>
    /// <param name="number">Number of the chunk.</param>
    /// <param name="cancellationToken">Shutdown: the chunk is given back and the attempt does not count.</param>
    /// <returns>The batch's state now.</returns>
    /// <exception cref="StorageUnavailableException">Storage failed, and the chunk could not be given back.</exception>
    public async Task<Versioned<BatchRecord>> RunAsync(Versioned<BatchRecord> taken, int number, CancellationToken cancellationToken)
    {
        var batch = taken.Value;
        var chunk = batch.Find(number) ?? throw new ArgumentException("The chunk is not active.", nameof(number));
        var owner = chunk.Lease.Owner!;
        var began = time.GetTimestamp();
        logger.ChunkTaken(batch.Id, number, chunk.Lease.Attempt);
        await using var lease = new BatchLease(
            steps, taken, () => new BatchEvent.ChunkRenewed(number, owner), jobs.Value.LeaseRenewal, time, logger);
        lease.StartRenewing();
        using var timeout = new CancellationTokenSource(jobs.Value.JobTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, drain.Deadline, lease.Lost, timeout.Token);
        try
        {
            var result = await ScoreAsync(batch, chunk, stop.Token);

            // Also during a shutdown: giving the chunk back would take as long.
            if (await lease.EndAsync(new BatchEvent.ChunkCompleted(number, owner, result), CancellationToken.None))
            {
                metrics.ChunkCompleted(result, time.GetElapsedTime(began));
                logger.ChunkCompleted(batch.Id, number, result.Completed, result.Failed);
            }
            else
            {
                Lose(batch.Id);
            }
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested)
        {
            Lose(batch.Id);
        }
        catch (InputChangedException)
        {
            await lease.EndAsync(new BatchEvent.Faulted(BatchFaults.InputChanged(), owner), CancellationToken.None);
        }
        catch (LostChunkException)
        {
            await lease.EndAsync(new BatchEvent.Faulted(BatchFaults.StateLost(), owner), CancellationToken.None);
        }
        catch (Exception exception) when (!lease.Lost.IsCancellationRequested)
        {
            logger.ChunkMissed(exception, batch.Id, number, chunk.Lease.Attempt);
            var isStopping = cancellationToken.IsCancellationRequested || drain.Deadline.IsCancellationRequested;
            await ReleaseAsync(lease, new BatchEvent.ChunkMissed(number, owner, RetryPolicy.IsInterruption(exception, isStopping)));
        }

        return lease.Current;
    }

    private async Task<ChunkResult> ScoreAsync(BatchRecord batch, ActiveChunk chunk, CancellationToken cancellationToken)
    {
        var output = new ChunkOutput(batch.Id);
        var span = chunk.Span;
        if (span.IsOversized)
        {
            output.Add(span.FirstLine, null, Problem.BodyTooLarge(limits.Value.MaxBodyBytes));
        }
        else
        {
            var lines = await texts.ReadAsync(batch, span, cancellationToken);
            if (lines is null || lines.Count != span.Lines)
            {
                throw new LostChunkException();
            }

            if (chunk.IsAbandoned)
            {
                Abandon(batch, span, lines, output);
            }
            else
            {
                await new LineScorer(reranker, reader, output).ScoreAsync(lines, batch.Id, cancellationToken);
            }
        }

        // Errors first: nothing that counts is without its errors.
        var names = OutputNames.Of(batch);
        var block = OutputNames.Block(batch, span.Number, chunk.Lease.Attempt);
        if (!output.Errors.IsEmpty)
        {
            await files.StageAsync(batch.OutputContainer, names.Errors, block, output.Errors, cancellationToken);
        }

        await files.StageAsync(batch.OutputContainer, names.Results, block, output.Results, cancellationToken);
        return output.Result;
    }

    private void Abandon(BatchRecord batch, ChunkSpan span, IReadOnlyList<(long Line, ReadOnlyMemory<byte> Text)> lines, ChunkOutput output)
    {
        logger.ChunkAbandoned(batch.Id, span.Number);
        foreach (var (number, text) in lines)
        {
            var line = reader.Read(text);
            if (line.Problem is { } problem)
            {
                output.Add(number, line.CustomId, problem);
            }
            else
            {
                output.Add(number, line.CustomId, new JobError(
                    BatchFailureCodes.AttemptsExhausted, "None of the attempts at this line and those around it reached an outcome."));
            }
        }
    }

    private void Lose(BatchId id)
    {
        metrics.ChunkMissed(AttemptOutcomes.LeaseLost);
        logger.LeaseLost(id);
    }

    private async Task ReleaseAsync(BatchLease lease, BatchEvent.ChunkMissed missed)
    {
        metrics.ChunkMissed(missed.IsInterruption ? AttemptOutcomes.Interrupted : AttemptOutcomes.Retried);
        using var timeout = new CancellationTokenSource(ReleaseTimeout, time);
        try
        {
            await lease.EndAsync(missed, timeout.Token);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or OperationCanceledException)
        {
            logger.NotReleased(lease.Current.Value.Id, exception.Message);
            throw;
        }
    }
}
