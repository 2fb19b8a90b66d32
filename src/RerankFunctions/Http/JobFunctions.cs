using System.Globalization;
using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Reading;
using RerankFunctions.Jobs.Submission;

namespace RerankFunctions.Http;

/// <summary>Jobs over HTTP.</summary>
public sealed class JobFunctions(
    RerankRequestReader reader,
    JobSubmission submission,
    JobReader jobs,
    IOptions<RequestLimits> limits)
{
    private const int MaxWaitSeconds = 30;
    private const int MaxKeyCharacters = 255;

    /// <summary>Submits a job: 202 with its status; 200 where the idempotency key names one that ended; or an error and nothing stored.</summary>
    [Function("SubmitJob")]
    public async Task<HttpResponseData> SubmitAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "v1/jobs")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var key = ReadIdempotencyKey(request);
        var body = await request.ReadBodyAsync(limits.Value.MaxBodyBytes, cancellationToken);
        var rerank = reader.Read(request.Header("Content-Type"), body);
        var status = await submission.SubmitAsync(rerank, key, request.FunctionContext.TraceContext.TraceParent, cancellationToken);
        var location = $"{request.Url.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{status.Id}";
        var response = await AnswerAsync(request, IsPending(status) ? HttpStatusCode.Accepted : HttpStatusCode.OK, status, location);
        response.Headers.Add("Location", location);
        return response;
    }

    /// <summary>A job's status, with its answer once it succeeded. <c>?wait=seconds</c> waits for its end.</summary>
    [Function("GetJob")]
    public async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "v1/jobs/{id}")] HttpRequestData request,
        string id,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var status = JobId.TryParse(id, out var jobId) ? await jobs.ReadAsync(jobId, ReadWait(request), cancellationToken) : null;
        return status is null
            ? await request.CreateProblemAsync(Problem.JobNotFound())
            : await AnswerAsync(request, HttpStatusCode.OK, status, request.Url.GetLeftPart(UriPartial.Path));
    }

    private static async Task<HttpResponseData> AnswerAsync(
        HttpRequestData request,
        HttpStatusCode code,
        JobStatus status,
        string location)
    {
        var response = await request.CreateJsonAsync(
            code, status with { Links = new JobLinks(location) }, ContractsJson.Wire.JobStatus);
        if (IsPending(status))
        {
            response.AddRetryAfter();
        }

        return response;
    }

    private static bool IsPending(JobStatus status) => status.Status is JobState.Queued or JobState.Running;

    private static string? ReadIdempotencyKey(HttpRequestData request)
    {
        var key = request.Header("Idempotency-Key");
        return key is null || (key.Length <= MaxKeyCharacters && !string.IsNullOrWhiteSpace(key))
            ? key
            : throw new ProblemException(Problem.Malformed(
                "invalid_idempotency_key", $"Idempotency-Key must have from 1 to {MaxKeyCharacters} characters."));
    }

    private static TimeSpan ReadWait(HttpRequestData request)
    {
        var text = request.Query["wait"];
        if (text is null)
        {
            return TimeSpan.Zero;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= MaxWaitSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new ProblemException(Problem.InvalidFields(
                [new FieldError("wait", $"must be an integer from 0 to {MaxWaitSeconds}, in seconds")]));
    }
}
