using Microsoft.Extensions.Logging;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Processing;

/// <summary>
/// A lease of one attempt on a job. It renews the lease and the progress until the attempt ends. Every step is a swap of the state that
/// it has read last. When it loses a swap to another writer, it cancels <see cref="Lost"/> and writes nothing more.
/// </summary>
internal sealed class JobLease(
    JobStore store,
    Versioned<JobRecord> taken,
    JobsOptions options,
    StorageClock clock,
    TimeProvider time,
    ILogger logger) : IProgress<int>, IAsyncDisposable
{
    // The end of the attempt ends the delay; that is no error.
    private const ConfigureAwaitOptions EndOfDelay =
        ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext;

    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ending = new();
    private Versioned<JobRecord> _current = taken;
    private Task _renewing = Task.CompletedTask;
    private int _scored;

    /// <summary>The job's state as last written or read by this attempt.</summary>
    public JobRecord Record => _current.Value;

    /// <summary>Cancelled when another writer has taken or ended the job.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Starts to renew the lease.</summary>
    public void StartRenewing() => _renewing = RenewAsync();

    /// <summary>Sets the number of pairs scored so far. The next renewal writes it.</summary>
    public void Report(int value) => Volatile.Write(ref _scored, value);

    /// <summary>Stops the renewal and ends the attempt with its last step: an end state, or the job queued again.</summary>
    /// <returns>Whether the step was written; false when another writer has taken or ended the job.</returns>
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
            await Task.Delay(options.LeaseRenewal, time, _ending.Token).ConfigureAwait(EndOfDelay);
            if (_ending.IsCancellationRequested)
            {
                return;
            }

            try
            {
                // Without cancellation: the outcome of an interrupted swap would be unknown.
                var isRenewed = await SwapAsync(
                    record => record.Renew(Volatile.Read(ref _scored), clock.GetUtcNow() + options.LeaseDuration),
                    CancellationToken.None);
                if (!isRenewed)
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

    private async Task<bool> SwapAsync(Func<JobRecord, JobRecord> step, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = step(_current.Value);
            if (await store.SwapAsync(_current, next, cancellationToken) is { } swapped)
            {
                _current = swapped;
                return true;
            }

            var stored = await ReadOwnAsync(next.Id, cancellationToken);
            if (stored is null)
            {
                return false;
            }

            // Only this attempt writes its owner: the stored state is its own write whose response was lost, or an end by another writer.
            _current = stored;
            if (stored.Value.State != JobState.Running)
            {
                return stored.Value.State == next.State;
            }
        }
    }

    private async Task<Versioned<JobRecord>?> ReadOwnAsync(JobId id, CancellationToken cancellationToken)
    {
        try
        {
            var stored = await store.ReadRecordAsync(id, cancellationToken);
            return stored?.Value.Owner == Record.Owner ? stored : null;
        }
        catch (NewerVersionException)
        {
            // A worker of a newer version has taken the job.
            return null;
        }
    }
}
