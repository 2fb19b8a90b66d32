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
internal sealed class JobLease(JobSteps steps, Versioned<JobRecord> taken, ScoredPairs scored, JobsOptions options, TimeProvider time, ILogger logger)
    : IAsyncDisposable
{
    // The end of the attempt ends the delay; that is no error.
    private const ConfigureAwaitOptions EndOfDelay =
        ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext;

    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly string _owner = taken.Value.Owner!;
    private Versioned<JobRecord> _current = taken;
    private Task _renewing = Task.CompletedTask;

    /// <summary>The job's state as last written or read by this attempt.</summary>
    public JobRecord Record => _current.Value;

    /// <summary>Cancelled when another writer has taken or ended the job.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Starts to renew the lease.</summary>
    public void StartRenewing() => _renewing = RenewAsync();

    /// <summary>Stops the renewal and reports how the attempt ended.</summary>
    /// <param name="occurrence">Creates the event from the name of this attempt.</param>
    /// <param name="cancellationToken">Cancels the calls to storage.</param>
    /// <returns>Whether the attempt held the job.</returns>
    public async Task<bool> EndAsync(Func<string, JobEvent> occurrence, CancellationToken cancellationToken)
    {
        await StopRenewingAsync();
        return !_lost.IsCancellationRequested && await TakeStepAsync(occurrence(_owner), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopRenewingAsync();
        _lost.Dispose();
        _ending.Dispose();
    }

    private async Task StopRenewingAsync()
    {
        _ending.Cancel();
        await _renewing;
    }

    private async Task RenewAsync()
    {
        while (true)
        {
            await Task.Delay(options.LeaseRenewal, time, _ending.Token).ConfigureAwait(EndOfDelay);
            if (_ending.IsCancellationRequested)
            {
                return;
            }

            try
            {
                // Without cancellation: the outcome of an interrupted swap would be unknown.
                if (!await TakeStepAsync(new JobEvent.Renewed(_owner, scored.Count), CancellationToken.None))
                {
                    _lost.Cancel();
                    return;
                }
            }
            catch (StorageUnavailableException exception)
            {
                // The attempt goes on. If the lease runs out and another worker takes the job, the next swap finds out.
                logger.LeaseNotRenewed(Record.Id, exception.Message);
            }
        }
    }

    private async Task<bool> TakeStepAsync(JobEvent occurrence, CancellationToken cancellationToken)
    {
        try
        {
            var result = await steps.TakeAsync(_current, occurrence, cancellationToken);
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
