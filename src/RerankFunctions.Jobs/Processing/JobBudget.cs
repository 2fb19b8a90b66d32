using Microsoft.Extensions.Options;
using RerankFunctions.Jobs.Settings;

namespace RerankFunctions.Jobs.Processing;

/// <summary>
/// The bytes of stored requests that this process may hold at once: <see cref="JobsOptions.MaxJobBytes"/>. Jobs wait for their share in
/// order, so that small ones do not keep a large one out. A job larger than the whole budget runs alone.
/// </summary>
public sealed class JobBudget(IOptions<JobsOptions> options, TimeProvider time)
{
    // The end of the time to wait is no error.
    private const ConfigureAwaitOptions EndOfWait =
        ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext;

    private readonly Lock _lock = new();
    private readonly LinkedList<Share> _waiting = [];
    private long _used;

    /// <summary>Waits for a share of the budget.</summary>
    /// <param name="bytes">Size of the job's stored request.</param>
    /// <param name="limit">Time to wait.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The share, to be disposed of when the job is done; null when the wait was too short.</returns>
    public async Task<IDisposable?> TryReserveAsync(long bytes, TimeSpan limit, CancellationToken cancellationToken)
    {
        var share = new Share(this, bytes);
        lock (_lock)
        {
            _waiting.AddLast(share);
            GrantInOrder();
        }

        using var timeout = new CancellationTokenSource(limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        await share.Granted.WaitAsync(stop.Token).ConfigureAwait(EndOfWait);
        if (share.Granted.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            return share;
        }

        share.Dispose();
        cancellationToken.ThrowIfCancellationRequested();
        return null;
    }

    private void GrantInOrder()
    {
        while (_waiting.First is { Value: var next } && (_used == 0 || _used + next.Bytes <= options.Value.MaxJobBytes))
        {
            _waiting.RemoveFirst();
            _used += next.Bytes;
            next.Grant();
        }
    }

    private void Return(Share share)
    {
        lock (_lock)
        {
            if (!_waiting.Remove(share))
            {
                _used -= share.Bytes;
            }

            GrantInOrder();
        }
    }

    private sealed class Share(JobBudget budget, long bytes) : IDisposable
    {
        private readonly TaskCompletionSource _granted = new();

        public long Bytes => bytes;

        public Task Granted => _granted.Task;

        // Outside the lock of the budget, and not inside the call of the job that returns its share.
        public void Grant() => _ = GrantAsync();

        public void Dispose() => budget.Return(this);

        private async Task GrantAsync()
        {
            await Task.Yield();
            _granted.TrySetResult();
        }
    }
}
