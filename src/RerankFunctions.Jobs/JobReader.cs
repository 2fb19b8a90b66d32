using RerankFunctions.Contracts;

namespace RerankFunctions.Jobs;

/// <summary>Reads a job's status, and waits for its end where asked.</summary>
public sealed class JobReader
{
    // The wait between two looks grows with the time waited: an end is noticed within a tenth of it, and never later than the longest.
    private const double WaitShare = 0.1;
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    private readonly JobStore _store;
    private readonly TimeProvider _time;

    internal JobReader(JobStore store, TimeProvider time)
    {
        _store = store;
        _time = time;
    }

    /// <summary>Reads a job's status, with its answer once it has succeeded.</summary>
    /// <param name="id">The job.</param>
    /// <param name="wait">Time to wait for the job's end; zero or less to look once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The status at the job's end or, failing that, at the end of the wait; null when there is no such job.</returns>
    /// <exception cref="StorageUnavailableException">Storage failed.</exception>
    public async Task<JobStatus?> ReadAsync(JobId id, TimeSpan wait, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        var current = await _store.ReadRecordAsync(id, cancellationToken);
        while (current is not null && !current.Record.IsEnded())
        {
            var waited = _time.GetElapsedTime(began);
            if (waited >= wait)
            {
                break;
            }

            var pause = TimeSpan.FromTicks(Math.Clamp((long)(waited.Ticks * WaitShare), ShortestWait.Ticks, LongestWait.Ticks));
            await Task.Delay(pause < wait - waited ? pause : wait - waited, _time, cancellationToken);
            current = await _store.ReadRecordAsync(current, cancellationToken);
        }

        if (current is null)
        {
            return null;
        }

        var answer = current.Record is { State: JobState.Succeeded, ResultAttempt: { } attempt }
            ? await _store.ReadAnswerAsync(id, attempt, cancellationToken)
            : null;
        return current.Record.ToStatus(answer);
    }
}
