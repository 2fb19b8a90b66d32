using Microsoft.Extensions.Options;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Batches.Starting;

/// <summary>Starts batches for clients who wait.</summary>
public sealed class BatchSubmission(BatchStart start, IOptions<JobsOptions> options, TimeProvider time)
{
    /// <summary>Starts the batch of a blob, or finds the one that was started before.</summary>
    /// <param name="request">A request that passed validation.</param>
    /// <param name="traceparent">W3C trace context of the client, untrusted; null for none.</param>
    /// <param name="cancellationToken">Cancels the call; the batch may have been started all the same.</param>
    /// <returns>The batch's status; null when there is no such blob, or it is empty.</returns>
    /// <exception cref="StorageUnavailableException">Storage failed, or took longer than <see cref="JobsOptions.SubmitTimeout"/>.</exception>
    public async Task<BatchStatus?> SubmitAsync(BatchRequest request, string? traceparent, CancellationToken cancellationToken)
    {
        var client = JobsTelemetry.CheckTraceParent(traceparent);
        var batch = await StorageFaults.WithinAsync(
            options.Value.SubmitTimeout, time, token => start.StartAsync(request, client, token), cancellationToken);
        return batch is null ? null : BatchStatuses.Of(batch);
    }
}
