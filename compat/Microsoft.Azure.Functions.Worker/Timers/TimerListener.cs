using Azure.Storage.Blobs.Specialized;
using Microsoft.Azure.Functions.Worker.Invocations;
using Microsoft.Azure.Functions.Worker.Settings;
using Microsoft.Extensions.Logging;
using NCrontab;

namespace Microsoft.Azure.Functions.Worker.Timers;

/// <summary>Runs a function on its schedule while this instance holds the lease of the timer.</summary>
internal sealed partial class TimerListener(
    Function function, TimerState state, InvocationRunner runner, TimeProvider time, ILogger<TimerListener> logger)
{
    private static readonly TimeSpan RenewalInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(1);

    private readonly TimerTriggerAttribute _trigger = (TimerTriggerAttribute)function.Trigger;
    private readonly CrontabSchedule _schedule = Parse(function);
    private bool _startupRunDue = ((TimerTriggerAttribute)function.Trigger).RunOnStartup;
    private bool _isStorageDown;

    /// <summary>Runs the schedule whenever this instance holds the lease, until the token is cancelled and a running function has ended.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await state.TryAcquireAsync(stopping) is { } lease)
                {
                    await HoldAsync(lease, stopping);
                }

                _isStorageDown = false;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (StorageFailure.Is(exception))
            {
                if (!_isStorageDown)
                {
                    LogDown(function.Name, StorageFailure.Reason(exception));
                }

                _isStorageDown = true;
            }

            await Task.Delay(RenewalInterval, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Runs the schedule until the lease is lost, storage fails or the host stops, and throws the cause.</summary>
    private async Task HoldAsync(BlobLeaseClient lease, CancellationToken stopping)
    {
        using var held = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var renewal = RenewAsync(lease, held.Token);
        var schedule = RunScheduleAsync(lease.LeaseId, held.Token);
        var first = await Task.WhenAny(renewal, schedule);
        await held.CancelAsync();
        await Task.WhenAll(renewal, schedule).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await lease.ReleaseAsync(cancellationToken: CancellationToken.None);
        await first;
    }

    private async Task RunScheduleAsync(string leaseId, CancellationToken held)
    {
        var status = _trigger.UseMonitor ? await state.ReadAsync(held) : null;
        var last = status?.Last ?? default;
        var pastDue = status is not null && status.Next < Now;
        if (pastDue || _startupRunDue)
        {
            _startupRunDue = false;
            last = Now;
            await InvokeAsync(status, pastDue);
        }

        while (true)
        {
            status = new ScheduleStatus { Last = last, Next = _schedule.GetNextOccurrence(Now), LastUpdated = Now };
            if (_trigger.UseMonitor)
            {
                await state.WriteAsync(status, leaseId, held);
            }

            await DelayAsync(status.Next, held);
            last = Now;
            await InvokeAsync(status, pastDue: false);
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task InvokeAsync(ScheduleStatus? status, bool pastDue)
    {
        var info = new TimerInfo { ScheduleStatus = _trigger.UseMonitor ? status : null, IsPastDue = pastDue };
        try
        {
            await runner.RunAsync(function, new TriggerInput(new Dictionary<string, object?>(), info));
        }
        catch (Exception)
        {
            // The runner has logged it, and the schedule continues.
            return;
        }
    }

    private async Task DelayAsync(DateTime until, CancellationToken held)
    {
        while (until - Now is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left < MaxDelay ? left : MaxDelay, time, held);
        }
    }

    private async Task RenewAsync(BlobLeaseClient lease, CancellationToken held)
    {
        while (true)
        {
            await Task.Delay(RenewalInterval, time, held);
            await lease.RenewAsync(cancellationToken: held);
        }
    }

    private static CrontabSchedule Parse(Function function) =>
        CrontabSchedule.TryParse(function.Source, new CrontabSchedule.ParseOptions { IncludingSeconds = true })
        ?? throw new InvalidOperationException($"Function {function.Name}: \"{function.Source}\" is not a six-field NCRONTAB expression.");

    [LoggerMessage(LogLevel.Warning, "Function {Function}: the lease of the timer is not available and is tried again: {Reason}")]
    private partial void LogDown(string function, string reason);
}
