using RerankFunctions.Contracts;
using RerankFunctions.Contracts.Dialects;
using RerankFunctions.Jobs.Cancellation;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Reading;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Submission;

namespace RerankFunctions.Sync;

/// <summary>Answers requests by stored jobs: where the process has no model, and where the client asks for a job. A wait occupies no thread.</summary>
public sealed class StoredRerank(JobSubmission submission, JobReader reader, JobCancellation cancellation)
{
    /// <summary>Stores a job for a request and waits for its end.</summary>
    /// <param name="request">The request.</param>
    /// <param name="idempotencyKey">Identifies the submission; null for none.</param>
    /// <param name="traceParent">W3C trace context of the client; null for none.</param>
    /// <param name="wait">Time to wait.</param>
    /// <param name="cancellationToken">The client has left.</param>
    /// <returns>The job's status at its end, or at the end of the wait.</returns>
    internal async Task<JobStatus> SubmitAsync(
        RerankRequest request, string? idempotencyKey, string? traceParent, TimeSpan wait, CancellationToken cancellationToken)
    {
        var accepted = await submission.SubmitAsync(request, idempotencyKey, traceParent, cancellationToken);
        return accepted.IsPending() && wait > TimeSpan.Zero ? await reader.ReadAsync(accepted.Id, wait, cancellationToken) ?? accepted : accepted;
    }

    /// <summary>
    /// Answers each part of a request by a job of its own. A job whose client leaves, or for which another part has failed, is canceled; one that takes too
    /// long goes on.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="traceParent">W3C trace context of the client; null for none.</param>
    /// <param name="limit">Time for it.</param>
    /// <param name="cancellationToken">The client has left.</param>
    /// <exception cref="ProblemException">422, 429, 500 or 503.</exception>
    internal async Task<IReadOnlyList<RerankAnswer>> AnswerAsync(
        DialectRequest request, string? traceParent, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (!reader.HasRoomFor(request.Parts.Count))
        {
            throw new ProblemException(Problem.EngineFull());
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        return await Task.WhenAll(request.Parts.Select(part => AnswerPartAsync(part.Request, traceParent, limit, stop)));
    }

    /// <summary>Returns the answer of a job.</summary>
    /// <exception cref="ProblemException">It has none.</exception>
    internal static RerankAnswer ToAnswer(JobStatus status) => status switch
    {
        { Results: { } results, Usage: { } usage, Meta: { } meta } => new RerankAnswer(status.Id.ToString(), status.Model, results, usage, meta),
        _ when status.IsPending() => throw new ProblemException(Problem.StillRunning(status.Id)),
        { Status: JobState.Canceled } => throw new ProblemException(Problem.JobCanceled(status.Id)),
        { Error: { Code: FailureCodes.TextTooLong, Message: var message } } => throw new ProblemException(Problem.TextTooLong(message)),
        { Error.Code: FailureCodes.DeadlineExceeded } => throw new ProblemException(Problem.DeadlineExceeded()),
        _ => throw new ProblemException(Problem.JobFailed(status.Id, status.Error?.Code ?? FailureCodes.ModelError)),
    };

    private async Task<RerankAnswer> AnswerPartAsync(RerankRequest request, string? traceParent, TimeSpan limit, CancellationTokenSource stop)
    {
        JobStatus? status = null;
        try
        {
            // To its end, also when the client leaves: a job that is stored can be canceled by its id alone.
            status = await submission.SubmitAsync(request, idempotencyKey: null, traceParent, CancellationToken.None);
            status = await reader.ReadAsync(status.Id, limit, stop.Token) ?? status;
            return ToAnswer(status);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && status is not null)
        {
            await CancelAsync(status.Id);
            throw;
        }
        catch (Exception exception) when (exception is not ProblemException || status?.IsPending() != true)
        {
            // Without this part, the others are worth nothing. One that is out of time goes on, as they do.
            stop.Cancel();
            throw;
        }
    }

    private async Task CancelAsync(JobId id)
    {
        try
        {
            await cancellation.CancelAsync(id, CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            // Nobody waits for the job; it costs its run and nothing else.
        }
    }
}
