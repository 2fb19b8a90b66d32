using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Settings;

namespace RerankFunctions.Jobs.Processing;

/// <summary>
/// The bytes of stored requests that this process may hold at once: <see cref="JobsOptions.MaxJobBytes"/>. Jobs wait for their share in
/// order, so that small ones do not keep a large one out; interactive jobs go ahead of bulk jobs that have waited for less than ten seconds.
/// A job larger than the whole budget runs alone.
/// </summary>
public sealed class JobBudget(IOptions<JobsOptions> options, TimeProvider time)
{
    // The end of the time to wait is no error.
    private const ConfigureAwaitOptions EndOfWait =
        ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext;

    private readonly Lock _lock = new();
    private static readonly TimeSpan Precedence = TimeSpan.FromSeconds(10);

    private readonly LinkedList<Share> _waiting = [];
    private long _used;

    /// <summary>Waits for a share of the budget.</summary>
    /// <param name="bytes">Size of the job's stored request; <see cref="long.MaxValue"/> for a job that must run alone.</param>
    /// <param name="workClass">How urgent the job is.</param>
    /// <param name="limit">Time to wait.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The share, to be disposed of when the job is done; null when the wait was too short.</returns>
    public async Task<IDisposable?> TryReserveAsync(long bytes, WorkClass workClass, TimeSpan limit, CancellationToken cancellationToken)
    {
        var turn = time.GetElapsedTime(0) + (workClass == WorkClass.Bulk ? Precedence : TimeSpan.Zero);
        var share = new Share(this, bytes, turn);
        lock (_lock)
        {
            Enqueue(share);
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

    private void Enqueue(Share share)
    {
        var before = _waiting.Last;
        while (before is not null && before.Value.Turn > share.Turn)
        {
            before = before.Previous;
        }

        if (before is null)
        {
            _waiting.AddFirst(share);
        }
        else
        {
            _waiting.AddAfter(before, share);
        }
    }

    private void GrantInOrder()
    {
        while (_waiting.First is { Value: var next } && (_used == 0 || next.Bytes <= options.Value.MaxJobBytes - _used))
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

    private sealed class Share(JobBudget budget, long bytes, TimeSpan turn) : IDisposable
    {
        private readonly TaskCompletionSource _granted = new();

        public long Bytes => bytes;

        public TimeSpan Turn => turn;

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
