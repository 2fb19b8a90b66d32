using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Reading;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Shutdown;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Processing;

/// <summary>
/// Scores the job that a message names. A message is done when the call returns; after an exception, the host delivers it again. Any
/// number of messages may name a job, at any time and in any order: only one attempt writes the job's outcome.
/// </summary>
public sealed class JobProcessor(
    JobIntake intake,
    JobStore store,
    IReranker reranker,
    JobBudget budget,
    JobWatches watches,
    Drain drain,
    JobMetrics metrics,
    IOptions<JobsOptions> options,
    StorageClock clock,
    TimeProvider time,
    ILogger<JobProcessor> logger)
{
    // Fits into the five seconds that the host grants at shutdown.
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(3);

    // Short beside the time for which the host hides the message, long beside most jobs.
    private static readonly TimeSpan MemoryWait = TimeSpan.FromSeconds(30);

    // Another worker gets the message soon, and this one does not get it back at once.
    private static readonly TimeSpan PostponedFor = TimeSpan.FromSeconds(5);

    private readonly string _instance = $"{Environment.MachineName}-{Environment.ProcessId}";

    /// <summary>
    /// Scores the job of a message if it is due. A process that has no model yet, whose model cannot be loaded or that drains takes no job:
    /// it sends the message again with a delay.
    /// </summary>
    /// <param name="message">The untrusted text of the message.</param>
    /// <param name="cancellationToken">Shutdown: the job is queued again and the attempt does not count.</param>
    /// <exception cref="StorageUnavailableException">Storage failed; the job is retried with the message.</exception>
    /// <exception cref="OperationCanceledException">Shutdown.</exception>
    public async Task ProcessAsync(string message, CancellationToken cancellationToken)
    {
        if (await intake.ReadAsync(message, cancellationToken) is not { } claim)
        {
            return;
        }

        if (await FindObstacleAsync(cancellationToken) is { } obstacle)
        {
            await intake.PostponeAsync(message, PostponedFor, obstacle, cancellationToken);
            return;
        }

        using var telemetry = new AttemptTelemetry(metrics, claim);
        try
        {
            await ProcessAsync(claim, message, telemetry, cancellationToken);
        }
        catch (Exception exception)
        {
            telemetry.Fail(exception);
            throw;
        }
    }

    private async Task ProcessAsync(JobMessage claim, string message, AttemptTelemetry telemetry, CancellationToken cancellationToken)
    {
        if (await intake.AdmitAsync(claim, message, cancellationToken) is not { } admitted)
        {
            return;
        }

        using var memory = await budget.TryReserveAsync(admitted.Value.RequestBytes, MemoryWait, cancellationToken);
        if (memory is null)
        {
            await intake.PostponeAsync(message, PostponedFor, "Other jobs use the memory of this process.", cancellationToken);
            return;
        }

        if (await TakeAsync(admitted, claim, message, cancellationToken) is not { } taken)
        {
            return;
        }

        logger.JobTaken(claim.JobId, taken.Value.Attempt);
        telemetry.Begin(taken.Value.ToStatus(null));
        await using var lease = new JobLease(store, taken, options.Value, clock, time, logger);
        lease.StartRenewing();
        try
        {
            if (await TryAsync(lease, telemetry, cancellationToken))
            {
                await store.UnmarkActiveAsync(claim.JobId, cancellationToken);
            }
        }
        catch (ModelLoadException exception)
        {
            await intake.PostponeAsync(message, PostponedFor, Describe(exception), cancellationToken);
        }
    }

    /// <returns>Why this process takes no job now; null when it may take one.</returns>
    private async Task<string?> FindObstacleAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Value.ModelWait, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, drain.Started, cancellationToken);
        try
        {
            await reranker.GetModelAsync(stop.Token);
            return drain.Started.IsCancellationRequested ? "The process is stopping." : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return drain.Started.IsCancellationRequested ? "The process is stopping." : "The model is still loading.";
        }
        catch (ModelLoadException exception)
        {
            return Describe(exception);
        }
    }

    private static string Describe(ModelLoadException exception) => $"The model cannot be loaded: {exception.Code}.";

    private async Task<Versioned<JobRecord>?> TakeAsync(Versioned<JobRecord> admitted, JobMessage claim, string message, CancellationToken cancellationToken)
    {
        var owner = $"{_instance}-{Guid.NewGuid():n}";
        for (var current = admitted; current is not null; current = await intake.AdmitAsync(claim, message, cancellationToken))
        {
            var next = current.Value.Take(owner, time.GetUtcNow(), clock.GetUtcNow() + options.Value.LeaseDuration);
            if (await store.SwapAsync(current, next, cancellationToken) is { } taken)
            {
                return taken;
            }

            var stored = await store.ReadRecordAsync(claim.JobId, cancellationToken);
            if (stored?.Value.Owner == owner)
            {
                // The swap took effect, and its response was lost.
                return stored;
            }
        }

        return null;
    }

    /// <returns>Whether the job ended with this attempt.</returns>
    private async Task<bool> TryAsync(JobLease lease, AttemptTelemetry telemetry, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, drain.Deadline, lease.Lost);
        try
        {
            var answer = await ScoreAsync(lease, stop.Token);
            return await EndAsync(lease, telemetry, answer, error: null, cause: null);
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested)
        {
            telemetry.End(AttemptOutcomes.LeaseLost);
            logger.LeaseLost(lease.Record.Id, lease.Record.Attempt);
            return false;
        }
        catch (Exception exception) when (!lease.Record.IsEnded())
        {
            var failure = RetryPolicy.Classify(exception, cancellationToken.IsCancellationRequested || drain.Deadline.IsCancellationRequested);
            if (failure.Error is { } error)
            {
                return await EndAsync(lease, telemetry, answer: null, error, exception.InnerException);
            }

            telemetry.End(failure.IsInterruption ? AttemptOutcomes.Interrupted : AttemptOutcomes.Retried);
            await ReleaseAsync(lease, failure.IsInterruption);
            throw;
        }
    }

    private async Task<RerankAnswer> ScoreAsync(JobLease lease, CancellationToken cancellationToken)
    {
        var id = lease.Record.Id;
        var request = await store.ReadRequestAsync(id, cancellationToken)
            ?? throw new JobFaultException(FailureCodes.RequestUnreadable, "The stored request is missing or not readable.");
        var scoring = new ScoringRequest(request.Query, request.Documents)
        {
            Instruction = request.Instruction,
            MaxTokensPerDocument = request.MaxTokensPerDoc,
            WorkClass = RequestPriority.WorkClassOf(request),
            Weight = RequestPriority.WeightOf(request),
        };
        var scores = await reranker.ScoreAsync(scoring, lease, cancellationToken);
        var answer = AnswerBuilder.Build(id, request, scores);
        await store.CreateAnswerAsync(id, lease.Record.Attempt, answer, lease.Lost);
        return answer;
    }

    /// <summary>Ends the job with its answer or an error, also during a shutdown: queueing the job again would take as long.</summary>
    private async Task<bool> EndAsync(JobLease lease, AttemptTelemetry telemetry, RerankAnswer? answer, JobError? error, Exception? cause)
    {
        var (id, attempt) = (lease.Record.Id, lease.Record.Attempt);
        var isEnded = await lease.EndAsync(
            record => error is null ? record.Succeed(time.GetUtcNow()) : record.Fail(error, time.GetUtcNow()),
            CancellationToken.None);
        if (!isEnded)
        {
            telemetry.End(AttemptOutcomes.LeaseLost);
            logger.LeaseLost(id, attempt);
            return false;
        }

        var status = lease.Record.ToStatus(answer);
        watches.Announce(status);
        telemetry.End(status);
        if (error is null)
        {
            logger.JobSucceeded(id, attempt, lease.Record.RunMilliseconds().GetValueOrDefault());
        }
        else
        {
            logger.JobFailed(cause, id, attempt, error.Code);
        }

        return true;
    }

    private async Task ReleaseAsync(JobLease lease, bool isInterruption)
    {
        var (id, attempt) = (lease.Record.Id, lease.Record.Attempt);
        using var timeout = new CancellationTokenSource(ReleaseTimeout, time);
        try
        {
            if (await lease.EndAsync(record => record.Release(isInterruption), timeout.Token))
            {
                logger.JobReleased(id, attempt);
            }
        }
        catch (Exception exception) when (exception is StorageUnavailableException or OperationCanceledException)
        {
            logger.JobNotReleased(id, attempt, exception.Message);
        }
    }
}
