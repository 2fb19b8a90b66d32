using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs.Reading;

/// <summary>Reads a job from storage for a client, a limited number of them at once, each read within <see cref="JobsOptions.SubmitTimeout"/>.</summary>
public sealed class JobStatusReader(JobStore store, CallbackStore callbacks, IOptions<JobsOptions> options, TimeProvider time)
{
    // Status reads must not keep storage from the work that they wait for.
    private const int MaxAtOnce = 8;

    private readonly CallLimit _limit = new(MaxAtOnce);

    /// <summary>Reads a job's state, if it is not the known one.</summary>
    /// <returns>The state, or null when there is no such job.</returns>
    public Task<Versioned<JobRecord>?> ReadRecordAsync(JobId id, Versioned<JobRecord>? known, CancellationToken cancellationToken) =>
        WithinLimitAsync(
            token => known is null ? store.ReadRecordAsync(id, token) : store.ReadRecordAsync(known, token),
            cancellationToken);

    /// <summary>Returns the status of a state, with the answer once the job has succeeded.</summary>
    public async Task<JobStatus> CompleteAsync(JobRecord record, CancellationToken cancellationToken)
    {
        var answer = record is { State: JobState.Succeeded, ResultAttempt: { } attempt }
            ? await WithinLimitAsync(token => store.ReadAnswerAsync(record.Id, attempt, token), cancellationToken)
            : null;
        var status = record.ToStatus(answer);
        return record.IsEnded()
            && status.Callback is not null
            && await WithinLimitAsync(token => callbacks.ReadAsync(record.Id, token), cancellationToken) is { } callback
                ? status with { Callback = callback.Value.Callback }
                : status;
    }

    private Task<T> WithinLimitAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        StorageFaults.WithinAsync(options.Value.SubmitTimeout, time, token => _limit.RunAsync(read, token), cancellationToken);
}
