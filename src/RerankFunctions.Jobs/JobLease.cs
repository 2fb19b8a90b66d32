using Microsoft.Extensions.Logging;
using RerankFunctions.Contracts;

namespace RerankFunctions.Jobs;

/// <summary>
/// One attempt's hold on a job. It renews the lease and the progress until the attempt ends, and every step it takes is a swap of
/// the state that it saw last: a swap lost to somebody else cancels <see cref="Lost"/>, and after that it writes nothing.
/// </summary>
internal sealed class JobLease : IProgress<int>, IAsyncDisposable
{
    // The end of an attempt is an ordinary end of the delay.
    private const ConfigureAwaitOptions EndOfDelay =
        ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext;

    private readonly JobStore _store;
    private readonly JobsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _renewing;
    private JobStore.Versioned _current;
    private int _scored;

    /// <summary>Begins to renew a lease just taken.</summary>
    public JobLease(JobStore store, JobStore.Versioned taken, JobsOptions options, TimeProvider time, ILogger logger)
    {
        _store = store;
        _current = taken;
        _options = options;
        _time = time;
        _logger = logger;
        _renewing = RenewAsync();
    }

    /// <summary>The job's state as last written or seen by this attempt.</summary>
    public JobRecord Record => _current.Record;

    /// <summary>Cancelled once the job is somebody else's, or ended.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Takes the number of pairs scored so far; it is written at the next renewal.</summary>
    public void Report(int value) => Volatile.Write(ref _scored, value);

    /// <summary>Ends the attempt with the last step: an end state, or the job given back. Renewal stops before it.</summary>
    /// <returns>Whether the step was taken; false when the job is somebody else's by now.</returns>
    public async Task<bool> EndAsync(Func<JobRecord, JobRecord> step, CancellationToken cancellationToken)
    {
        await StopRenewingAsync();
        return !_lost.IsCancellationRequested && await SwapAsync(step, cancellationToken);
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
            await Task.Delay(_options.LeaseRenewal, _time, _ending.Token).ConfigureAwait(EndOfDelay);
            if (_ending.IsCancellationRequested)
            {
                return;
            }

            try
            {
                // Not cancelled once begun: the outcome of a swap cut off half way would be unknown.
                var renewed = await SwapAsync(
                    record => record.Renew(Volatile.Read(ref _scored), _time.GetUtcNow(), _options.LeaseDuration),
                    CancellationToken.None);
                if (!renewed)
                {
                    _lost.Cancel();
                    return;
                }
            }
            catch (StorageUnavailableException exception)
            {
                // The attempt goes on: should the lease run out and another worker take the job, the next swap says so.
                _logger.LeaseNotRenewed(exception, Record.Id);
            }
        }
    }

    private async Task<bool> SwapAsync(Func<JobRecord, JobRecord> step, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = step(_current.Record);
            var swapped = await _store.SwapAsync(_current, next, cancellationToken);
            if (swapped is not null)
            {
                _current = swapped;
                return true;
            }

            var stored = await _store.ReadRecordAsync(next.Id, cancellationToken);
            if (stored is null || stored.Record.Owner != Record.Owner)
            {
                return false;
            }

            // Only this attempt writes its owner into the state: what is stored is an own write whose response was lost,
            // or an end that somebody else gave to the job.
            _current = stored;
            if (stored.Record.State != JobState.Running)
            {
                return stored.Record.State == next.State;
            }
        }
    }
}
