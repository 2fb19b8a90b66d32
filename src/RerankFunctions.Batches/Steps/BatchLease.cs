using Microsoft.Extensions.Logging;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Steps;

/// <summary>
/// A lease of one attempt on a part of a batch's work. It renews the lease until the attempt ends. When the work belongs to another attempt or is not wanted
/// any more, it cancels <see cref="Lost"/> and writes nothing more.
/// </summary>
/// <param name="steps">Carries out the renewals.</param>
/// <param name="taken">The batch's state after the attempt began.</param>
/// <param name="renewal">Creates the event of a renewal.</param>
/// <param name="interval">Time between renewals.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Log.</param>
public sealed class BatchLease(
    BatchSteps steps, Versioned<BatchRecord> taken, Func<BatchEvent> renewal, TimeSpan interval, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    // The end of the attempt ends the delay; that is no error.
    private const ConfigureAwaitOptions EndOfDelay =
        ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext;

    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ending = new();
    private Task _renewing = Task.CompletedTask;

    /// <summary>The batch's state as last written or read by this attempt.</summary>
    public Versioned<BatchRecord> Current { get; private set; } = taken;

    /// <summary>Cancelled when the work does not belong to this attempt any more.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Starts to renew the lease.</summary>
    public void StartRenewing() => _renewing = RenewAsync();

    /// <summary>Stops the renewal and reports how the attempt ended.</summary>
    /// <param name="occurrence">The event.</param>
    /// <param name="cancellationToken">Cancels the calls to storage.</param>
    /// <returns>Whether the attempt held the work.</returns>
    public async Task<bool> EndAsync(BatchEvent occurrence, CancellationToken cancellationToken)
    {
        await StopRenewingAsync();
        return !_lost.IsCancellationRequested && await TakeStepAsync(occurrence, cancellationToken);
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
            await Task.Delay(interval, time, _ending.Token).ConfigureAwait(EndOfDelay);
            if (_ending.IsCancellationRequested)
            {
                return;
            }

            try
            {
                // Without cancellation: the outcome of an interrupted swap would be unknown.
                if (!await TakeStepAsync(renewal(), CancellationToken.None))
                {
                    _lost.Cancel();
                    return;
                }
            }
            catch (StorageUnavailableException exception)
            {
                // The attempt goes on. If the lease runs out and another worker takes the work, the next swap finds out.
                logger.LeaseNotRenewed(Current.Value.Id, exception.Message);
            }
        }
    }

    private async Task<bool> TakeStepAsync(BatchEvent occurrence, CancellationToken cancellationToken)
    {
        try
        {
            var result = await steps.TakeAsync(Current, occurrence, cancellationToken);
            Current = result?.Batch ?? Current;
            return result is { Verdict: Verdict.Work or Verdict.Done };
        }
        catch (NewerVersionException)
        {
            // A process of a newer version has taken the work.
            return false;
        }
    }
}
