using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Clients;
using RerankFunctions.Contracts;
using RerankFunctions.Contracts.Dialects;
using RerankFunctions.Hosting;
using RerankFunctions.Http;

namespace RerankFunctions.Sync;

/// <summary>
/// Answers requests to the rerank routes in the contract that their client follows: by the model of this process, or by stored jobs where it has none and
/// where the client asks for one.
/// </summary>
public sealed partial class SyncRerank(
    ClientAccess access,
    ClientMetrics metrics,
    DialectRequestReader reader,
    DirectRerank direct,
    StoredRerank stored,
    Role role,
    JobUrls urls,
    BodyBudget budget,
    IOptions<RequestLimits> limits,
    IOptions<SyncOptions> options,
    TimeProvider time,
    ILogger<SyncRerank> logger)
{
    private const int ClientClosedRequest = 499;

    /// <summary>Answers a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isScore">Whether it came by a score route.</param>
    /// <param name="context">The invocation.</param>
    /// <param name="cancellationToken">The client has left, or the process ends.</param>
    /// <exception cref="ProblemException">The error answer, in the form of the request's <see cref="ErrorForm"/>.</exception>
    internal async Task<IActionResult> AnswerAsync(HttpRequest request, bool isScore, FunctionContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        using var entry = access.Enter(request);
        var began = time.GetTimestamp();
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            var answer = await AnswerAsync(request, isScore, entry.Name, RequestHeaders.FindTraceParent(request, context), cancellationToken);
            status = (answer as IStatusCodeActionResult)?.StatusCode ?? StatusCodes.Status200OK;
            return answer;
        }
        catch (Exception exception)
        {
            status = request.HttpContext.RequestAborted.IsCancellationRequested
                ? ClientClosedRequest
                : ExceptionProblems.Of(ExceptionProblems.Unwrap(exception), context).Status;
            throw;
        }
        finally
        {
            var duration = time.GetElapsedTime(began);
            metrics.Answered(entry.Name, request.HttpContext.Features.Get<ErrorForm>()?.Dialect.ToString(), status, duration);
            LogAnswered(logger, entry.Name, status, (long)duration.TotalMilliseconds);
        }
    }

    private async Task<IActionResult> AnswerAsync(
        HttpRequest request, bool isScore, string client, string? traceParent, CancellationToken cancellationToken)
    {
        var preference = Preference.Read(request, options.Value.SyncTimeout);
        var key = RequestHeaders.ReadIdempotencyKey(request) is { } given ? $"{client}:{given}" : null;
        var address = preference.IsStored ? urls.FindAddress(request) : "";
        using var share = budget.Open();
        var rerank = await ReadAsync(request, isScore, share, cancellationToken);
        var limit = LimitOf(rerank);
        if (!preference.IsStored && key is null)
        {
            var answers = role.ScoresJobs
                ? await direct.AnswerAsync(rerank, limit, cancellationToken)
                : await stored.AnswerAsync(rerank, traceParent, limit, cancellationToken);
            return DialectAnswer.Of(rerank, answers, time.GetUtcNow());
        }

        if (rerank.Parts is not [var part])
        {
            throw new ProblemException(Problem.InvalidFields([new FieldError("", "must have one query where Prefer or Idempotency-Key ask for a job")]));
        }

        var wait = preference.IsStored ? TimeSpan.FromSeconds(preference.WaitSeconds ?? 0) : limit;
        var status = await stored.SubmitAsync(part.Request, key, traceParent, wait, cancellationToken);
        var applied = preference.IsStored ? preference.Applied : null;
        return preference.IsStored && (status.IsPending() || preference.WaitSeconds is null)
            ? JobAnswer.OfSubmission(status, JobUrls.Create(address, status.Id), applied)
            : DialectAnswer.Of(rerank, [StoredRerank.ToAnswer(status)], time.GetUtcNow(), applied);
    }

    private async Task<DialectRequest> ReadAsync(HttpRequest request, bool isScore, BodyBudget.Share share, CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadAsync(request, limits.Value, share, cancellationToken);
        var isVoyage = request.Headers["X-Fern-SDK-Name"] == "voyageai";
        var reading = isScore
            ? reader.ReadScore(request.ContentType, body.Content)
            : reader.ReadRerank(request.ContentType, body.Content, isVoyage);
        request.HttpContext.Features.Set(new ErrorForm(reading.Dialect));
        return reading.Require();
    }

    private TimeSpan LimitOf(DialectRequest request)
    {
        var limit = options.Value.SyncTimeout;
        return request.Parts[0].Request.TimeoutSeconds is { } seconds && seconds < limit.TotalSeconds ? TimeSpan.FromSeconds(seconds) : limit;
    }

    [LoggerMessage(120, LogLevel.Information, "Client {Client} got {Status} in {Milliseconds} ms.")]
    private static partial void LogAnswered(ILogger logger, string client, int status, long milliseconds);
}
