using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Shutdown;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs.Reading;

/// <summary>Reads a job's status, and waits for the job's end on request.</summary>
public sealed class JobReader(JobStore store, Drain drain, IOptions<JobsOptions> options, TimeProvider time)
{
    private const double WaitShare = 0.1;
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    // The drain is an ordinary end of the delay.
    private const ConfigureAwaitOptions EndOfDelay =
        ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext;

    /// <summary>Reads a job's status, with its answer once it has succeeded. A drain ends all waits, and new calls do not wait.</summary>
    /// <param name="id">The job.</param>
    /// <param name="wait">Time to wait for the job's end; zero to read the status once.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The status at the job's end, or at the end of the wait; null when there is no such job.</returns>
    /// <exception cref="StorageUnavailableException">Storage failed.</exception>
    public async Task<JobStatus?> ReadAsync(JobId id, TimeSpan wait, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var current = await WithinLimitAsync(token => store.ReadRecordAsync(id, token), cancellationToken);
        using var waitEnd = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, drain.Started);
        while (current is not null && !current.Value.IsEnded() && !drain.Started.IsCancellationRequested)
        {
            var waited = time.GetElapsedTime(began);
            if (waited >= wait)
            {
                break;
            }

            var pause = TimeSpan.FromTicks(Math.Clamp((long)(waited.Ticks * WaitShare), ShortestWait.Ticks, LongestWait.Ticks));
            await Task.Delay(pause < wait - waited ? pause : wait - waited, time, waitEnd.Token).ConfigureAwait(EndOfDelay);
            var known = current;
            current = await WithinLimitAsync(token => store.ReadRecordAsync(known, token), cancellationToken);
        }

        if (current is null)
        {
            return null;
        }

        var answer = current.Value is { State: JobState.Succeeded, ResultAttempt: { } attempt }
            ? await WithinLimitAsync(token => store.ReadAnswerAsync(id, attempt, token), cancellationToken)
            : null;
        return current.Value.ToStatus(answer);
    }

    private Task<T> WithinLimitAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        StorageFaults.WithinAsync(options.Value.SubmitTimeout, time, read, cancellationToken);
}
