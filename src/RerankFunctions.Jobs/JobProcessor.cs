using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Jobs;

/// <summary>
/// Scores the job that a message names. Returning means that the message is done with; any exception means that the host shall
/// deliver it again. Any number of messages may name a job, at any time and in any order: one attempt at most writes its outcome.
/// </summary>
public sealed class JobProcessor
{
    // What is left of the five seconds that the host grants at shutdown, with room for the host itself.
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(3);

    private readonly string _instance = $"{Environment.MachineName}-{Environment.ProcessId}";
    private readonly JobIntake _intake;
    private readonly JobStore _store;
    private readonly IReranker _reranker;
    private readonly JobsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<JobProcessor> _logger;

    internal JobProcessor(
        JobIntake intake,
        JobStore store,
        IReranker reranker,
        IOptions<JobsOptions> options,
        TimeProvider time,
        ILogger<JobProcessor> logger)
    {
        _intake = intake;
        _store = store;
        _reranker = reranker;
        _options = options.Value;
        _time = time;
        _logger = logger;
    }

    /// <summary>Scores the job of a message, if it is there to be scored.</summary>
    /// <param name="message">The message's text; what is no claim check of a known version is dropped.</param>
    /// <param name="cancellationToken">Shutdown: the job is given back and does not count the attempt.</param>
    /// <exception cref="StorageUnavailableException">Storage failed; the job is tried again with the message.</exception>
    /// <exception cref="ModelLoadException">The model cannot be loaded; the job is given back and does not count the attempt.</exception>
    /// <exception cref="OperationCanceledException">Shutdown.</exception>
    public async Task ProcessAsync(string message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (_intake.Read(message) is not { } claim)
        {
            return;
        }

        using var activity = JobsTelemetry.Source.StartActivity("process job", ActivityKind.Consumer, claim.TraceParent);
        activity?.SetTag("rerank.job.id", claim.JobId.ToString());
        if (await TakeAsync(claim, cancellationToken) is not { } taken)
        {
            return;
        }

        _logger.JobTaken(claim.JobId, taken.Record.Attempt);
        await using var lease = new JobLease(_store, taken, _options, _time, _logger);
        if (await TryAsync(lease, cancellationToken))
        {
            await _store.UnmarkActiveAsync(claim.JobId, cancellationToken);
        }
    }

    private async Task<JobStore.Versioned?> TakeAsync(JobMessage claim, CancellationToken cancellationToken)
    {
        var owner = $"{_instance}-{Guid.NewGuid():n}";
        while (await _intake.AdmitAsync(claim, cancellationToken) is { } current)
        {
            var next = current.Record.Take(owner, _time.GetUtcNow(), _options.LeaseDuration);
            if (await _store.SwapAsync(current, next, cancellationToken) is { } taken)
            {
                return taken;
            }

            var stored = await _store.ReadRecordAsync(claim.JobId, cancellationToken);
            if (stored?.Record.Owner == owner)
            {
                // The swap happened, and its response was lost.
                return stored;
            }
        }

        return null;
    }

    /// <returns>Whether the job ended with this attempt.</returns>
    private async Task<bool> TryAsync(JobLease lease, CancellationToken cancellationToken)
    {
        var id = lease.Record.Id;
        var attempt = lease.Record.Attempt;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        try
        {
            var fault = await ScoreAsync(lease, stop.Token);

            // A shutdown does not stop the last step: giving the job back would take as long.
            var ended = await lease.EndAsync(
                record => fault is null ? record.Succeed(_time.GetUtcNow()) : record.Fail(fault.Error, _time.GetUtcNow()),
                CancellationToken.None);
            if (ended && fault is null)
            {
                _logger.JobSucceeded(id, attempt, lease.Record.RunMilliseconds().GetValueOrDefault());
            }
            else if (ended)
            {
                _logger.JobFailed(fault!.InnerException, id, attempt, fault.Error.Code);
            }
            else
            {
                _logger.LeaseLost(id, attempt);
            }

            return ended;
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested)
        {
            _logger.LeaseLost(id, attempt);
            return false;
        }
        catch (Exception exception) when (!lease.Record.IsEnded())
        {
            // A deployment whose model does not load must not use up the attempts of the jobs that it meets.
            await ReleaseAsync(lease, interrupted: exception is ModelLoadException || cancellationToken.IsCancellationRequested);
            throw;
        }
    }

    /// <returns>Null once the attempt's answer is stored; otherwise why there is none and never will be.</returns>
    private async Task<JobFaultException?> ScoreAsync(JobLease lease, CancellationToken cancellationToken)
    {
        var id = lease.Record.Id;
        try
        {
            var request = await _store.ReadRequestAsync(id, cancellationToken)
                ?? throw new JobFaultException(FailureCodes.RequestUnreadable, "The stored request is missing or cannot be read.");
            var scores = await _reranker.ScoreAsync(
                new ScoringRequest(request.Query, request.Documents) { Instruction = request.Instruction, MaxTokensPerDocument = request.MaxTokensPerDoc },
                lease,
                cancellationToken);
            var answer = AnswerBuilder.Build(id, request, scores);
            await _store.CreateAnswerAsync(id, lease.Record.Attempt, answer, lease.Lost);
            return null;
        }
        catch (JobFaultException fault)
        {
            return fault;
        }
        catch (ScoringException exception)
        {
            var code = exception.IsNotFinite ? FailureCodes.ScoresNotFinite : FailureCodes.ModelError;
            return new JobFaultException(code, exception.Message, exception);
        }
    }

    private async Task ReleaseAsync(JobLease lease, bool interrupted)
    {
        using var timeout = new CancellationTokenSource(ReleaseTimeout, _time);
        try
        {
            if (await lease.EndAsync(record => record.Release(interrupted), timeout.Token))
            {
                _logger.JobReleased(lease.Record.Id, lease.Record.Attempt);
            }
        }
        catch (Exception exception) when (exception is StorageUnavailableException or OperationCanceledException)
        {
            _logger.JobNotReleased(exception, lease.Record.Id, lease.Record.Attempt);
        }
    }
}
