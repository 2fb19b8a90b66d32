using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Cancellation;
using RerankFunctions.Jobs.Reading;
using RerankFunctions.Jobs.Submission;

namespace RerankFunctions.Http;

/// <summary>Jobs over HTTP.</summary>
public sealed class JobFunctions(
    RerankRequestReader reader,
    JobSubmission submission,
    JobReader jobs,
    JobCancellation cancellation,
    JobUrls urls,
    BodyBudget budget,
    IOptions<RequestLimits> limits)
{
    private const int MaxWaitSeconds = 30;

    /// <summary>
    /// Submits a job: 202 with its status; 200 where the idempotency key names a job that has ended. A refused request stores nothing.
    /// </summary>
    [Function("SubmitJob")]
    public async Task<IActionResult> SubmitAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "v1/jobs")] HttpRequest request,
        FunctionContext context,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        var key = RequestHeaders.ReadIdempotencyKey(request);
        var address = urls.FindAddress(request);
        using var share = budget.Open();
        var rerank = await ReadAsync(request, share, cancellationToken);
        var status = await submission.SubmitAsync(rerank, key, RequestHeaders.FindTraceParent(request, context), cancellationToken);
        var url = JobUrls.Create(address, status.Id);
        return JobAnswer.OfSubmission(status, url);
    }

    /// <summary>Returns a job's status, with its answer once it has succeeded. <c>?wait=seconds</c> waits for its end.</summary>
    [Function("GetJob")]
    public async Task<IActionResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "v1/jobs/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var wait = ReadWait(request);
        var address = urls.FindAddress(request);
        var status = JobId.TryParse(id, out var jobId) ? await jobs.ReadAsync(jobId, wait, cancellationToken) : null;
        return status is null
            ? JsonAnswer.Of(Problem.JobNotFound())
            : JobAnswer.Of(StatusCodes.Status200OK, status, JobUrls.Create(address, status.Id));
    }

    /// <summary>Cancels a job: 202 with its status; 409 when it has ended.</summary>
    [Function("CancelJob")]
    public async Task<IActionResult> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "v1/jobs/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var address = urls.FindAddress(request);
        var canceled = JobId.TryParse(id, out var jobId) ? await cancellation.CancelAsync(jobId, cancellationToken) : null;
        return canceled switch
        {
            null => JsonAnswer.Of(Problem.JobNotFound()),
            { IsCanceled: false } => JsonAnswer.Of(Problem.JobEnded()),
            { Status: var status } => JobAnswer.Of(StatusCodes.Status202Accepted, status, JobUrls.Create(address, status.Id)),
        };
    }

    private async Task<RerankRequest> ReadAsync(HttpRequest request, BodyBudget.Share share, CancellationToken cancellationToken)
    {
        // From here on the texts of the request are enough.
        using var body = await RequestBody.ReadAsync(request, limits.Value, share, cancellationToken);
        return reader.Read(request.ContentType, body.Content);
    }

    private static TimeSpan ReadWait(HttpRequest request)
    {
        var values = request.Query["wait"];
        if (values.Count == 0)
        {
            return TimeSpan.Zero;
        }

        return int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= MaxWaitSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new ProblemException(Problem.InvalidFields(
                [new FieldError("wait", $"must be an integer from 0 to {MaxWaitSeconds}, in seconds")]));
    }
}
