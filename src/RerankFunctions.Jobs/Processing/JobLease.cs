using Microsoft.Extensions.Logging;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Steps;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Processing;

/// <summary>
/// A lease of one attempt on a job. It renews the lease and the progress until the attempt ends. When the job belongs to another attempt or has ended, it
/// cancels <see cref="Lost"/> and writes nothing more.
/// </summary>
internal sealed class JobLease : IAsyncDisposable
{
    private readonly JobSteps _steps;
    private readonly ScoredPairs _scored;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _lost = new();
    private readonly Repetition _renewal;
    private readonly string _owner;
    private Versioned<JobRecord> _current;

    /// <summary>Creates a lease that is not renewed yet.</summary>
    /// <param name="steps">Carries out steps of the job.</param>
    /// <param name="taken">The job's state, held by the attempt.</param>
    /// <param name="scored">Tells the progress.</param>
    /// <param name="options">The interval of renewals.</param>
    /// <param name="time">The clock of intervals.</param>
    /// <param name="logger">Receives renewals that fail.</param>
    public JobLease(JobSteps steps, Versioned<JobRecord> taken, ScoredPairs scored, JobsOptions options, TimeProvider time, ILogger logger)
    {
        (_steps, _scored, _logger) = (steps, scored, logger);
        (_current, _owner) = (taken, taken.Value.Owner!);
        _renewal = new Repetition(options.LeaseRenewal, RenewAsync, time);
    }

    /// <summary>The job's state as last written or read by this attempt.</summary>
    public JobRecord Record => _current.Value;

    /// <summary>Cancelled when another writer has taken or ended the job.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Starts to renew the lease.</summary>
    public void StartRenewing() => _renewal.Start();

    /// <summary>Stops the renewal and reports how the attempt ended.</summary>
    /// <param name="occurrence">Creates the event from the name of this attempt.</param>
    /// <param name="cancellationToken">Cancels the calls to storage.</param>
    /// <returns>Whether the attempt held the job.</returns>
    public async Task<bool> EndAsync(Func<string, JobEvent> occurrence, CancellationToken cancellationToken)
    {
        await _renewal.StopAsync();
        return !_lost.IsCancellationRequested && await TakeStepAsync(occurrence(_owner), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _renewal.DisposeAsync();
        _lost.Dispose();
    }

    private async Task<bool> RenewAsync()
    {
        try
        {
            // Without cancellation: the outcome of an interrupted swap would be unknown.
            if (!await TakeStepAsync(new JobEvent.Renewed(_owner, _scored.Count), CancellationToken.None))
            {
                _lost.Cancel();
                return false;
            }
        }
        catch (StorageUnavailableException exception)
        {
            // The attempt goes on. If the lease runs out and another worker takes the job, the next swap finds out.
            _logger.LeaseNotRenewed(Record.Id, exception.Message);
        }

        return true;
    }

    private async Task<bool> TakeStepAsync(JobEvent occurrence, CancellationToken cancellationToken)
    {
        try
        {
            var result = await _steps.TakeAsync(_current, occurrence, cancellationToken);
            _current = result?.Job ?? _current;
            return result is { Verdict: Verdict.Work or Verdict.Done };
        }
        catch (NewerVersionException)
        {
            // A worker of a newer version has taken the job.
            return false;
        }
    }
}
