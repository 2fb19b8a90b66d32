using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs.Reading;

/// <summary>
/// The jobs for whose end callers wait in this process. Callers who wait for the same job share its reads. A wait occupies no thread.
/// </summary>
public sealed class JobWatches(JobStatusReader reader, AttemptNames names, IOptions<JobsOptions> options, TimeProvider time)
{
    // The pause between two reads grows with the time since the first one, and with the number of jobs: 200 jobs make 200 reads a second.
    private const double ShareOfWaited = 0.1;
    private static readonly TimeSpan PerJob = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(1);

    // Waits leave room for the other reads, and for the work that they wait for. Waiting for a turn is no failure of storage.
    private const int MaxReadsAtOnce = 4;

    private readonly CallLimit _reads = new(MaxReadsAtOnce);
    private readonly Lock _lock = new();
    private readonly Dictionary<JobId, JobWatch> _watches = [];
    private int _waiters;

    /// <summary>Returns whether a number of further callers may wait now.</summary>
    public bool HasRoomFor(int callers)
    {
        lock (_lock)
        {
            return _waiters + callers <= options.Value.MaxWaits;
        }
    }

    /// <summary>Ends the waits for a job that has ended in this process, without a read.</summary>
    /// <param name="status">The job's status, with its answer if it succeeded.</param>
    public void Announce(JobStatus status)
    {
        lock (_lock)
        {
            if (_watches.TryGetValue(status.Id, out var watch))
            {
                _ = watch.AnnounceAsync(status);
            }
        }
    }

    /// <summary>Adds a caller who waits for a job.</summary>
    /// <returns>The watch to <see cref="Leave"/>; null when <see cref="JobsOptions.MaxWaits"/> callers wait already.</returns>
    internal JobWatch? TryJoin(JobId id)
    {
        lock (_lock)
        {
            if (_waiters >= options.Value.MaxWaits)
            {
                return null;
            }

            if (!_watches.TryGetValue(id, out var watch))
            {
                watch = new JobWatch(id, reader, _reads, PauseAfter, time);
                _watches.Add(id, watch);
            }

            _waiters++;
            watch.Waiters++;
            return watch;
        }
    }

    /// <summary>Removes a caller; the last one ends the reads.</summary>
    internal void Leave(JobWatch watch)
    {
        lock (_lock)
        {
            _waiters--;
            watch.Waiters--;
            if (watch.Waiters > 0)
            {
                return;
            }

            _watches.Remove(watch.Id);
        }

        watch.Dispose();
    }

    private TimeSpan PauseAfter(JobRecord job, TimeSpan waited)
    {
        if (names.IsOwn(job.Owner))
        {
            // The end will be announced here. Reads are for the case that the attempt loses the job to another process.
            return MaxPause;
        }

        lock (_lock)
        {
            var pause = Math.Max(waited.Ticks * ShareOfWaited, PerJob.Ticks * (double)_watches.Count);
            return TimeSpan.FromTicks((long)Math.Clamp(pause, MinPause.Ticks, MaxPause.Ticks));
        }
    }
}
