using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Answering;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Shutdown;
using RerankFunctions.Jobs.Steps;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Processing;

/// <summary>Runs attempts at jobs that this process has taken: scores the pairs while the lease is renewed, and reports how the attempt ended.</summary>
public sealed class JobAttempts(
    JobSteps steps,
    JobStore store,
    CheckpointStore checkpoints,
    IReranker reranker,
    Drain drain,
    IOptions<JobsOptions> options,
    StorageClock clock,
    TimeProvider time,
    ILogger<JobAttempts> logger)
{
    // Fits into the five seconds that the host grants at shutdown.
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(3);

    // The protocol decides about the deadline by storage's clock, which runs behind by up to a second.
    private static readonly TimeSpan ClockPrecision = TimeSpan.FromSeconds(1);

    /// <summary>Runs an attempt to its end.</summary>
    /// <param name="taken">The job's state, held by the attempt.</param>
    /// <param name="telemetry">Receives how the attempt ended.</param>
    /// <param name="cancellationToken">Shutdown: the job is queued again and the attempt does not count.</param>
    /// <exception cref="StorageUnavailableException">Storage failed, and the job could not be queued again.</exception>
    internal async Task RunAsync(Versioned<JobRecord> taken, AttemptTelemetry telemetry, CancellationToken cancellationToken)
    {
        telemetry.Begin(taken.Value);
        var scored = new ScoredPairs(taken.Value.Total);
        await using var lease = new JobLease(steps, taken, scored, options.Value, time, logger);
        lease.StartRenewing();
        await using var writer = new Checkpoints(checkpoints, taken.Value, scored, options.Value.CheckpointInterval, time, logger);
        try
        {
            var model = await reranker.GetModelAsync(taken.Value.Model, cancellationToken);
            writer.Start(model.Revision);
            var answer = await ScoreAsync(taken.Value, model, scored, lease, cancellationToken);

            // Also during a shutdown: queueing the job again would take as long.
            await EndAsync(lease, new JobEvent.Completed(lease.Owner, answer), telemetry, CancellationToken.None);
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested)
        {
            telemetry.End(AttemptOutcomes.LeaseLost);
            logger.LeaseLost(lease.Record.Id, lease.Record.Attempt);
        }
        catch (Exception exception) when (!lease.Record.IsEnded())
        {
            var isStopping = cancellationToken.IsCancellationRequested || drain.Deadline.IsCancellationRequested;
            await ReleaseAsync(lease, writer, exception, isStopping, telemetry);
        }
    }

    private async Task<RerankAnswer> ScoreAsync(
        JobRecord job, ModelDescription model, ScoredPairs scored, JobLease lease, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Value.JobTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, drain.Deadline, lease.Lost, timeout.Token);
        if (await store.ReadRequestAsync(job.Id, stop.Token) is not { } request || request.Documents.Count != job.Total)
        {
            throw new JobFaultException(FailureCodes.RequestUnreadable, "The stored request is missing or not readable.");
        }

        var known = job.Attempt == 1 ? [] : scored.Restore(await checkpoints.ReadAsync(job.Id, model.Revision, stop.Token));
        var scoring = request.ToScoring() with
        {
            Known = known,
            Deadline = job.Deadline is { } deadline ? time.GetUtcNow() + (deadline - clock.GetUtcNow()) + ClockPrecision : null,
        };
        return AnswerBuilder.Build(job.Id, request, await reranker.ScoreAsync(scoring, scored, stop.Token));
    }

    private async Task EndAsync(JobLease lease, JobEvent occurrence, AttemptTelemetry telemetry, CancellationToken cancellationToken)
    {
        if (await lease.EndAsync(occurrence, cancellationToken))
        {
            telemetry.End(lease.Record);
            return;
        }

        telemetry.End(AttemptOutcomes.LeaseLost);
        logger.LeaseLost(lease.Record.Id, lease.Record.Attempt);
    }

    /// <summary>Ends the job when the request or the model is at fault; else queues it again.</summary>
    private async Task ReleaseAsync(JobLease lease, Checkpoints writer, Exception cause, bool isStopping, AttemptTelemetry telemetry)
    {
        var (id, attempt) = (lease.Record.Id, lease.Record.Attempt);
        var isFault = cause is JobFaultException or ScoringException or TextTooLongException;
        logger.AttemptFailed(isFault ? cause.InnerException : cause, id, attempt);
        if (!isFault)
        {
            telemetry.Fail(cause);
        }

        using var timeout = new CancellationTokenSource(ReleaseTimeout, time);
        try
        {
            await writer.CompleteAsync(timeout.Token);
            await EndAsync(lease, RetryPolicy.Classify(cause, isStopping, lease.Owner), telemetry, timeout.Token);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or OperationCanceledException)
        {
            telemetry.End(AttemptOutcomes.Retried);
            logger.JobNotReleased(id, attempt, exception.Message);
            throw;
        }
    }
}
