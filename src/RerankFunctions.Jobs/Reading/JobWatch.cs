using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs.Reading;

/// <summary>The one reader of a job's state for all callers who wait for that job's end in this process.</summary>
internal sealed class JobWatch : IDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private JobStatus? _announced;

    /// <summary>Starts to read the state of a job.</summary>
    /// <param name="id">The job.</param>
    /// <param name="reader">Reads the state and the answer.</param>
    /// <param name="reads">Limits the reads of all watches; waiting for a turn does not count as time of a read.</param>
    /// <param name="pauses">Returns the pause after a read from the state read and the time since the start.</param>
    /// <param name="time">The clock of the pauses.</param>
    public JobWatch(JobId id, JobStatusReader reader, CallLimit reads, Func<JobRecord, TimeSpan, TimeSpan> pauses, TimeProvider time)
    {
        Id = id;
        Ended = RunAsync(reader, reads, pauses, time, _stopped.Token);
    }

    /// <summary>The job.</summary>
    public JobId Id { get; }

    /// <summary>Number of callers who wait.</summary>
    public int Waiters { get; set; }

    /// <summary>The last status read before the job's end; null before the first read.</summary>
    public JobStatus? Latest { get; private set; }

    /// <summary>The status at the job's end; null when there is no such job.</summary>
    public Task<JobStatus?> Ended { get; }

    /// <summary>Ends the waits with the status of a job that has ended in this process.</summary>
    public async Task AnnounceAsync(JobStatus status)
    {
        // The waiting callers do not continue inside the call of the worker.
        await Task.Yield();
        _announced = status;
        if (!_stopped.IsCancellationRequested)
        {
            _stopped.Cancel();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stopped.Cancel();
        _stopped.Dispose();
    }

    private async Task<JobStatus?> RunAsync(
        JobStatusReader reader,
        CallLimit reads,
        Func<JobRecord, TimeSpan, TimeSpan> pauses,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        Versioned<JobRecord>? current = null;
        try
        {
            while (true)
            {
                var known = current;
                current = await reads.RunAsync(token => reader.ReadRecordAsync(Id, known, token), cancellationToken);
                if (current is null)
                {
                    return null;
                }

                if (current.Value.IsEnded())
                {
                    return await reader.CompleteAsync(current.Value, cancellationToken);
                }

                Latest = current.Value.ToStatus(null);
                await Task.Delay(pauses(current.Value, time.GetElapsedTime(began)), time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (_announced is not null)
        {
            return _announced;
        }
    }
}
