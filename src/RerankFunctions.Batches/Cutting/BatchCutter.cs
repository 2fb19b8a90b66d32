using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Records;
using RerankFunctions.Batches.Settings;
using RerankFunctions.Batches.Steps;
using RerankFunctions.Batches.Storage;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Shutdown;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Cutting;

/// <summary>Runs attempts at cutting inputs: reads an input while the lease is renewed, and reports how the attempt ended.</summary>
public sealed class BatchCutter(
    BatchSteps steps,
    AttemptNames names,
    ChunkStore chunks,
    IBatchFiles files,
    Drain drain,
    IOptions<BatchOptions> options,
    IOptions<RequestLimits> limits,
    IOptions<JobsOptions> jobs,
    TimeProvider time,
    ILogger<BatchCutter> logger)
{
    // An attempt holds several megabytes.
    private const int MaxAtOnce = 4;

    // Fits into the five seconds that the host grants at shutdown.
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(3);

    private readonly CallLimit _turns = new(MaxAtOnce);

    /// <summary>Cuts the input of a batch that is due, as soon as few others are cut in this process.</summary>
    /// <param name="batch">The batch's state.</param>
    /// <param name="cancellationToken">Shutdown: the work is given back and the attempt does not count.</param>
    /// <returns>The batch's state now; null when the batch is gone.</returns>
    /// <exception cref="StorageUnavailableException">Storage failed.</exception>
    public Task<Versioned<BatchRecord>?> CutAsync(Versioned<BatchRecord> batch, CancellationToken cancellationToken) =>
        _turns.RunAsync(turn => CutInTurnAsync(batch, turn), cancellationToken);

    private async Task<Versioned<BatchRecord>?> CutInTurnAsync(Versioned<BatchRecord> batch, CancellationToken cancellationToken)
    {
        var owner = names.Create();
        var taken = await steps.TakeAsync(batch, new BatchEvent.CutDelivered(owner, CutLimits.Of(options.Value, limits.Value)), cancellationToken);
        if (taken is not { Verdict: Verdict.Work })
        {
            return taken?.Batch;
        }

        var record = taken.Batch.Value;
        logger.CutBegan(record.Id, record.Cutting.Attempt);
        using var span = BatchesTelemetry.StartCutting(new BatchMessage(record.Id, null, record.TraceParent));
        var progress = new CutProgress(record.Cut, record.IsCompressed);
        await using var lease = new BatchLease(
            steps, taken.Batch, () => new BatchEvent.CutRenewed(owner, progress.Cut, progress.IsCompressed), jobs.Value.LeaseRenewal, time, logger);
        lease.StartRenewing();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, drain.Started, lease.Lost);
        try
        {
            var (cut, sha256) = await new InputCutter(files, chunks, record.CutLimits!).CutAsync(record, progress, stop.Token);
            if (await EndAsync(lease, new BatchEvent.CutCompleted(owner, cut, progress.IsCompressed == true, sha256), CancellationToken.None))
            {
                logger.CutCompleted(record.Id, cut.Lines, cut.Pairs, cut.Chunks);
            }
        }
        catch (InputFaultException exception)
        {
            await EndAsync(lease, new BatchEvent.Faulted(exception.Error, owner), CancellationToken.None);
        }
        catch (InputChangedException)
        {
            await EndAsync(lease, new BatchEvent.Faulted(BatchFaults.InputChanged(), owner), CancellationToken.None);
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested)
        {
            logger.LeaseLost(record.Id);
        }
        catch (Exception exception) when (!lease.Lost.IsCancellationRequested)
        {
            span?.Fail(exception.GetType().FullName);
            logger.CutMissed(exception, record.Id, record.Cutting.Attempt);
            var isInterruption = cancellationToken.IsCancellationRequested || drain.Started.IsCancellationRequested;
            await ReleaseAsync(lease, new BatchEvent.CutMissed(owner, isInterruption));
        }

        return lease.Current;
    }

    /// <returns>Whether the attempt still held the lease.</returns>
    private async Task<bool> EndAsync(BatchLease lease, BatchEvent occurrence, CancellationToken cancellationToken)
    {
        var isHeld = await lease.EndAsync(occurrence, cancellationToken);
        if (!isHeld)
        {
            logger.LeaseLost(lease.Current.Value.Id);
        }

        return isHeld;
    }

    private async Task ReleaseAsync(BatchLease lease, BatchEvent occurrence)
    {
        using var timeout = new CancellationTokenSource(ReleaseTimeout, time);
        try
        {
            await EndAsync(lease, occurrence, timeout.Token);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or OperationCanceledException)
        {
            logger.NotReleased(lease.Current.Value.Id, exception.Message);
            throw;
        }
    }
}
