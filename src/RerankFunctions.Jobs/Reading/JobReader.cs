using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Shutdown;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs.Reading;

/// <summary>Reads a job's status, and waits for the job's end on request.</summary>
public sealed class JobReader(JobStatusReader reader, JobWatches watches, Drain drain, TimeProvider time)
{
    // The end of the time to wait is no error.
    private const ConfigureAwaitOptions EndOfWait =
        ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext;

    /// <summary>Returns whether a number of further callers may wait now.</summary>
    public bool HasRoomFor(int callers) => watches.HasRoomFor(callers) && !drain.Started.IsCancellationRequested;

    /// <summary>Reads a job's status, with its answer once it has succeeded.</summary>
    /// <param name="id">The job.</param>
    /// <param name="wait">
    /// Time to wait for the job's end; zero to read the status once. A process that drains does not wait, nor does one in which too many
    /// callers wait already.
    /// </param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The status at the job's end, or at the end of the wait; null when there is no such job.</returns>
    /// <exception cref="StorageUnavailableException">Storage failed.</exception>
    public async Task<JobStatus?> ReadAsync(JobId id, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (wait <= TimeSpan.Zero || drain.Started.IsCancellationRequested || watches.TryJoin(id) is not { } watch)
        {
            return await ReadOnceAsync(id, cancellationToken);
        }

        try
        {
            return await WaitAsync(watch, wait, cancellationToken)
                ? await watch.Ended
                : watch.Latest ?? await ReadOnceAsync(id, cancellationToken);
        }
        finally
        {
            watches.Leave(watch);
        }
    }

    /// <returns>Whether the job ended.</returns>
    private async Task<bool> WaitAsync(JobWatch watch, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(wait, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, drain.Started, cancellationToken);
        await ((Task)watch.Ended).WaitAsync(stop.Token).ConfigureAwait(EndOfWait);
        cancellationToken.ThrowIfCancellationRequested();
        return watch.Ended.IsCompleted;
    }

    private async Task<JobStatus?> ReadOnceAsync(JobId id, CancellationToken cancellationToken) =>
        await reader.ReadRecordAsync(id, known: null, cancellationToken) is { } current
            ? await reader.CompleteAsync(current.Value, cancellationToken)
            : null;
}
