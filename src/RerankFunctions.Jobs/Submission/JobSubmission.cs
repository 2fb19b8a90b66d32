using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Reading;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Submission;

/// <summary>
/// Stores a job and announces it: request, marker, state, message. No worker finds an incomplete job, and whatever has a marker has a request. The markers
/// list every job that has not ended, and every submission that a crash cut short, which the sweeper completes. Who writes the state sends the message.
/// </summary>
public sealed class JobSubmission(
    JobStore store,
    IJobMessages messages,
    JobReader reader,
    JobMetrics metrics,
    IOptions<JobsOptions> options,
    StorageClock clock,
    TimeProvider time,
    ILogger<JobSubmission> logger)
{
    // Far more than storage accounts need for thousands of submissions a second, and few enough for an emulator.
    private const int MaxAtOnce = 32;

    private readonly CallLimit _limit = new(MaxAtOnce);

    /// <summary>Submits a request. After it returns, the job ends exactly once, also after a crash.</summary>
    /// <param name="request">A request that passed validation.</param>
    /// <param name="idempotencyKey">
    /// Identifies the submission: the same key with the same request returns the same job, also when the first call was cut short. Null for none.
    /// </param>
    /// <param name="traceparent">W3C trace context of the client, untrusted, that the worker continues; null for none.</param>
    /// <param name="cancellationToken">Cancels the call; the job may have been stored all the same.</param>
    /// <returns>The job's status, with the answer when the key belongs to a job that has succeeded.</returns>
    /// <exception cref="IdempotencyConflictException">The key was used before with another request.</exception>
    /// <exception cref="StorageUnavailableException">Storage failed, or took longer than <see cref="JobsOptions.SubmitTimeout"/>.</exception>
    public async Task<JobStatus> SubmitAsync(
        RerankRequest request,
        string? idempotencyKey,
        string? traceparent,
        CancellationToken cancellationToken)
    {
        var client = JobsTelemetry.CheckTraceParent(traceparent);
        using var span = JobsTelemetry.StartSubmission(client, RequestPriority.QueueOf(request.Priority), request.Documents.Count);
        try
        {
            var status = await StorageFaults.WithinAsync(
                options.Value.SubmitTimeout,
                time,
                token => _limit.RunAsync(turn => StoreAsync(request, idempotencyKey, span?.Id ?? client, turn), token),
                cancellationToken);
            span?.SetJob(status.Id);
            return status;
        }
        catch (Exception exception)
        {
            span?.Fail(exception.GetType().FullName);
            throw;
        }
    }

    private async Task<JobStatus> StoreAsync(
        RerankRequest request,
        string? idempotencyKey,
        string? traceparent,
        CancellationToken cancellationToken)
    {
        var content = JobStore.Serialize(request);
        var id = JobId.Create(time);
        if (idempotencyKey is not null)
        {
            var record = new IdempotencyRecord(id, Convert.ToHexStringLower(SHA256.HashData(content)));
            var keyHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(idempotencyKey)));
            var bound = await store.BindKeyAsync(keyHash, record, cancellationToken);
            if (bound.RequestHash != record.RequestHash)
            {
                throw new IdempotencyConflictException();
            }

            // A job without a state may lack what follows the point where the first call was cut short, so every step is repeated: existing blobs stay.
            if (bound.JobId != id && await reader.ReadAsync(bound.JobId, TimeSpan.Zero, cancellationToken) is { } status)
            {
                return status;
            }

            id = bound.JobId;
        }

        await store.CreateRequestAsync(id, content, cancellationToken);
        await store.MarkActiveAsync(id, cancellationToken);
        var job = JobRecord.Accept(id, request, content.Length, traceparent, new Moment(clock.GetUtcNow(), time.GetUtcNow()));
        var accepted = await store.CreateRecordAsync(job, cancellationToken);
        if (accepted.IsEnded())
        {
            // The job ended in the meantime, so no worker is left to delete the new marker.
            await store.UnmarkActiveAsync(id, cancellationToken);
            return await reader.ReadAsync(id, TimeSpan.Zero, cancellationToken) ?? accepted.ToStatus(null);
        }

        if (accepted.Write == job.Write)
        {
            await messages.SendAsync(
                RequestPriority.QueueOf(request.Priority), new JobMessage(id, traceparent).ToJson(), TimeSpan.Zero, cancellationToken);
            metrics.JobAccepted();
            logger.JobAccepted(id, request.Documents.Count);
        }

        return accepted.ToStatus(null);
    }
}

/// <summary>The idempotency key was used before with another request. Nothing was stored.</summary>
public sealed class IdempotencyConflictException()
    : Exception("The idempotency key was used before with another request. A key stands for one request.");
