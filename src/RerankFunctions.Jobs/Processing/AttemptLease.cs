using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs.Processing;

/// <summary>
/// A lease of one attempt on stored work. It renews the lease until the attempt ends. When the work belongs to another attempt or has ended, it cancels
/// <see cref="Lost"/> and writes nothing more.
/// </summary>
/// <typeparam name="TRecord">The stored state of the work.</typeparam>
/// <typeparam name="TEvent">What an attempt reports.</typeparam>
public abstract class AttemptLease<TRecord, TEvent> : IAsyncDisposable
{
    private readonly CancellationTokenSource _lost = new();
    private readonly Repetition _renewal;

    /// <summary>Creates a lease that is not renewed yet.</summary>
    /// <param name="taken">The state, held by the attempt.</param>
    /// <param name="interval">Time between renewals.</param>
    /// <param name="time">The clock of intervals.</param>
    protected AttemptLease(Versioned<TRecord> taken, TimeSpan interval, TimeProvider time)
    {
        Current = taken;
        _renewal = new Repetition(interval, RenewAsync, time);
    }

    /// <summary>The state as last written or read by this attempt.</summary>
    public Versioned<TRecord> Current { get; private set; }

    /// <summary>Cancelled when another writer has taken or ended the work.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Starts to renew the lease.</summary>
    public void StartRenewing() => _renewal.Start();

    /// <summary>Stops the renewal and reports how the attempt ended.</summary>
    /// <param name="occurrence">The event.</param>
    /// <param name="cancellationToken">Ends the wait for a renewal under way, and cancels the calls to storage.</param>
    /// <returns>Whether the attempt held the work.</returns>
    /// <exception cref="StorageUnavailableException">Storage failed; the event may have been stored.</exception>
    public async Task<bool> EndAsync(TEvent occurrence, CancellationToken cancellationToken)
    {
        await _renewal.StopAsync().WaitAsync(cancellationToken);
        return !_lost.IsCancellationRequested && await TakeStepAsync(occurrence, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await DisposeCoreAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Creates the event of a renewal.</summary>
    protected abstract TEvent CreateRenewal();

    /// <summary>Carries out what an event leads to.</summary>
    /// <returns>The state now and what the event means for the attempt; null when the work is gone.</returns>
    protected abstract Task<(Versioned<TRecord> State, Verdict Verdict)?> TakeAsync(TEvent occurrence, CancellationToken cancellationToken);

    /// <summary>Logs a renewal that storage has not carried out.</summary>
    protected abstract void LogNotRenewed(StorageUnavailableException exception);

    /// <summary>Stops the renewal.</summary>
    protected virtual async ValueTask DisposeCoreAsync()
    {
        await _renewal.DisposeAsync();
        _lost.Dispose();
    }

    private async Task<bool> RenewAsync()
    {
        try
        {
            // Without cancellation: the outcome of an interrupted swap would be unknown.
            if (!await TakeStepAsync(CreateRenewal(), CancellationToken.None))
            {
                _lost.Cancel();
                return false;
            }
        }
        catch (StorageUnavailableException exception)
        {
            // The attempt goes on. If the lease runs out and another worker takes the work, the next swap finds out.
            LogNotRenewed(exception);
        }

        return true;
    }

    private async Task<bool> TakeStepAsync(TEvent occurrence, CancellationToken cancellationToken)
    {
        try
        {
            if (await TakeAsync(occurrence, cancellationToken) is not { } step)
            {
                return false;
            }

            Current = step.State;
            return step.Verdict is Verdict.Work or Verdict.Done;
        }
        catch (NewerVersionException)
        {
            // A process of a newer version has taken the work.
            return false;
        }
    }
}
