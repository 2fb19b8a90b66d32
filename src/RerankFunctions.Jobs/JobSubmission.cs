using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs;

/// <summary>
/// Stores a job and announces it. The message comes last, so that no worker meets a job that is not all there. The marker comes
/// first and goes with the job's end: whoever lists the markers sees every job under way, and every submission that a crash cut short.
/// Such a submission was never acknowledged; the same idempotency key finishes it.
/// </summary>
public sealed class JobSubmission
{
    // Version 00 of W3C trace context.
    private const int TraceParentLength = 55;

    private readonly JobStore _store;
    private readonly IJobMessages _queue;
    private readonly JobReader _reader;
    private readonly JobsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<JobSubmission> _logger;

    internal JobSubmission(
        JobStore store,
        IJobMessages queue,
        JobReader reader,
        IOptions<JobsOptions> options,
        TimeProvider time,
        ILogger<JobSubmission> logger)
    {
        _store = store;
        _queue = queue;
        _reader = reader;
        _options = options.Value;
        _time = time;
        _logger = logger;
    }

    /// <summary>Submits a request. Once this returns, the job ends exactly once, whatever crashes.</summary>
    /// <param name="request">A request that passed validation.</param>
    /// <param name="idempotencyKey">
    /// Names the submission: the same key with the same request gives the same job, also when the first call died half way. Null for none.
    /// </param>
    /// <param name="traceparent">W3C trace context that the worker continues; null for none.</param>
    /// <param name="cancellationToken">Ends the wait; the job may have been stored all the same.</param>
    /// <returns>The job's status; with the answer, where the key names a job that succeeded already.</returns>
    /// <exception cref="IdempotencyConflictException">The key came before with another request.</exception>
    /// <exception cref="StorageUnavailableException">Storage failed, or took longer than <see cref="JobsOptions.SubmitTimeout"/>.</exception>
    public async Task<JobStatus> SubmitAsync(
        RerankRequest request,
        string? idempotencyKey,
        string? traceparent,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var timeout = new CancellationTokenSource(_options.SubmitTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await StoreAsync(request, idempotencyKey, traceparent, either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StorageUnavailableException($"Storage did not take the job within {_options.SubmitTimeout}.", exception);
        }
    }

    private async Task<JobStatus> StoreAsync(
        RerankRequest request,
        string? idempotencyKey,
        string? traceparent,
        CancellationToken cancellationToken)
    {
        var content = JobStore.Serialize(request);
        var id = JobId.Create(_time);
        if (idempotencyKey is not null)
        {
            var record = new IdempotencyRecord(id, Convert.ToHexStringLower(SHA256.HashData(content)));
            var keyHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(idempotencyKey)));
            var bound = await _store.BindKeyAsync(keyHash, record, cancellationToken);
            if (bound.RequestHash != record.RequestHash)
            {
                throw new IdempotencyConflictException();
            }

            // A job that a worker has seen was announced. Any other may lack whatever came after the crash of the first call, so all
            // of it is done again: what is there stays, and a second message does no harm.
            if (bound.JobId != id
                && await _reader.ReadAsync(bound.JobId, TimeSpan.Zero, cancellationToken) is { } status
                && (status.Status != JobState.Queued || status.Attempts > 0))
            {
                return status;
            }

            id = bound.JobId;
        }

        await _store.MarkActiveAsync(id, cancellationToken);
        await _store.CreateRequestAsync(id, content, cancellationToken);
        var accepted = await _store.CreateRecordAsync(JobRecord.Accept(id, request, _time.GetUtcNow()), cancellationToken);
        if (accepted.IsEnded())
        {
            // It ended since the look above, so nobody is left to take away the marker just set again.
            await _store.UnmarkActiveAsync(id, cancellationToken);
            return await _reader.ReadAsync(id, TimeSpan.Zero, cancellationToken) ?? accepted.ToStatus(null);
        }

        await _queue.SendAsync(new JobMessage(id, TraceContext(traceparent)), TimeSpan.Zero, cancellationToken);
        _logger.JobAccepted(id, request.Documents.Count);
        return accepted.ToStatus(null);
    }

    // The header comes from outside: what is no trace context has no place in a message.
    private static string? TraceContext(string? traceparent) =>
        traceparent is { Length: TraceParentLength } && ActivityContext.TryParse(traceparent, null, out _) ? traceparent : null;
}
