using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using RerankFunctions.Batches.Reading;
using RerankFunctions.Batches.Starting;
using RerankFunctions.Contracts;

namespace RerankFunctions.Http;

/// <summary>Batches over HTTP.</summary>
public sealed class BatchFunctions(
    BatchRequestReader reader, BatchSubmission submission, BatchReader batches, JobUrls urls, BodyBudget budget, IOptions<RequestLimits> limits)
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    /// <summary>
    /// Starts the batch of a blob: 202 with its status; 200 where this version of the blob has a batch that has ended. A refused request stores nothing.
    /// </summary>
    [Function("CreateBatch")]
    public async Task<IActionResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "v1/batches")] HttpRequest request,
        FunctionContext context,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        var address = urls.FindAddress(request);
        using var share = budget.Open();
        BatchRequest batch;
        using (var body = await RequestBody.ReadAsync(request, limits.Value, share, cancellationToken))
        {
            batch = reader.Read(request.ContentType, body.Content);
        }

        var status = await submission.SubmitAsync(batch, RequestHeaders.FindTraceParent(request, context), cancellationToken);
        return status is null
            ? JsonAnswer.Of(Problem.InputNotFound())
            : Answer(IsPending(status) ? StatusCodes.Status202Accepted : StatusCodes.Status200OK, status, address, isSubmit: true);
    }

    /// <summary>Returns a batch's status.</summary>
    [Function("GetBatch")]
    public async Task<IActionResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "v1/batches/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var address = urls.FindAddress(request);
        var status = BatchId.TryParse(id, out var batchId) ? await batches.ReadAsync(batchId, cancellationToken) : null;
        return status is null ? JsonAnswer.Of(Problem.BatchNotFound()) : Answer(StatusCodes.Status200OK, status, address, isSubmit: false);
    }

    /// <summary>Cancels a batch: 202 with its status; 409 when it has ended, or all its lines are done.</summary>
    [Function("CancelBatch")]
    public async Task<IActionResult> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "v1/batches/{id}/cancel")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var address = urls.FindAddress(request);
        var cancelled = BatchId.TryParse(id, out var batchId) ? await batches.CancelAsync(batchId, cancellationToken) : null;
        return cancelled switch
        {
            null => JsonAnswer.Of(Problem.BatchNotFound()),
            { IsCancelled: false } => JsonAnswer.Of(Problem.BatchEnded()),
            { Status: var status } => Answer(StatusCodes.Status202Accepted, status, address, isSubmit: false),
        };
    }

    /// <summary>Returns a page of batches, the newest first. <c>limit</c> bounds the page, <c>after</c> names the last batch of the page before.</summary>
    [Function("ListBatches")]
    public async Task<IActionResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "get", Route = "v1/batches")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var errors = new List<FieldError>();
        var limit = PageLimit.Read(request, DefaultLimit, MaxLimit, errors);
        BatchId? after = null;
        if (request.Query.TryGetValue("after", out var values))
        {
            if (BatchId.TryParse(values.ToString(), out var id))
            {
                after = id;
            }
            else
            {
                errors.Add(new FieldError("after", "must be the id of a batch"));
            }
        }

        return errors.Count > 0
            ? JsonAnswer.Of(Problem.InvalidFields(errors))
            : new JsonAnswer<BatchList>(StatusCodes.Status200OK, await batches.ListAsync(limit, after, cancellationToken), ContractsJson.Wire.BatchList);
    }

    private static JsonAnswer<BatchStatus> Answer(int code, BatchStatus status, string address, bool isSubmit)
    {
        var url = JobUrls.Create(address, status.Id);
        return new JsonAnswer<BatchStatus>(code, status with { Links = new JobLinks(url) }, ContractsJson.Wire.BatchStatus)
        {
            Location = isSubmit ? url : null,
            RetryAfter = IsPending(status) ? JsonAnswer.RetryAfterSeconds : null,
        };
    }

    private static bool IsPending(BatchStatus status) =>
        status.Status is BatchState.Validating or BatchState.InProgress or BatchState.Finalizing or BatchState.Cancelling;
}
