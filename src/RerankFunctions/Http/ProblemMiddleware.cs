using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Submission;

namespace RerankFunctions.Http;

/// <summary>
/// Turns exceptions of HTTP functions into error answers. Exceptions of other functions pass: the host delivers their messages again.
/// </summary>
internal sealed partial class ProblemMiddleware(ILogger<ProblemMiddleware> logger) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var http = context.GetHttpContext();
        try
        {
            await next(context);
        }
        catch (Exception exception) when (http is not null)
        {
            context.GetInvocationResult().Value = ToResult(Unwrap(exception), http, context);
        }
    }

    private static Exception Unwrap(Exception exception) =>
        exception is AggregateException { InnerException: { } inner } ? Unwrap(inner) : exception;

    private IActionResult ToResult(Exception exception, HttpContext http, FunctionContext context)
    {
        var id = context.InvocationId;
        var dialect = http.Features.Get<ErrorForm>()?.Dialect ?? default;
        if (http.RequestAborted.IsCancellationRequested)
        {
            LogClientGone(logger, id);
            return new EmptyResult();
        }

        switch (exception)
        {
            case ProblemException { Problem: var problem }:
                return JsonAnswer.Of(problem, dialect);
            case BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }:
                return JsonAnswer.Of(Problem.UploadTooSlow());
            case BadHttpRequestException:
                // Also the first sign of a client that hangs up in the middle of its body.
                LogClientGone(logger, id);
                return JsonAnswer.Of(Problem.Malformed("incomplete_body", "The body ended early, or its chunks are not valid HTTP."));
            case IdempotencyConflictException:
                return JsonAnswer.Of(Problem.IdempotencyKeyReused(), dialect);
            case StorageUnavailableException:
                LogStorageUnavailable(logger, id, exception.Message);
                return JsonAnswer.Of(Problem.StorageUnavailable(id), dialect);
            case OperationCanceledException when context.CancellationToken.IsCancellationRequested:
                return JsonAnswer.Of(Problem.ShuttingDown(), dialect);
            default:
                // Type and stack only: the message of an arbitrary exception may quote the request.
                LogFailure(logger, id, exception.GetType().FullName, exception.StackTrace);
                return JsonAnswer.Of(Problem.Internal(id), dialect);
        }
    }

    [LoggerMessage(100, LogLevel.Debug, "The client of request {RequestId} hung up.")]
    private static partial void LogClientGone(ILogger logger, string requestId);

    [LoggerMessage(101, LogLevel.Warning, "Request {RequestId} got 503. {Reason}")]
    private static partial void LogStorageUnavailable(ILogger logger, string requestId, string reason);

    [LoggerMessage(102, LogLevel.Error, "Request {RequestId} failed: {ExceptionType}\n{StackTrace}")]
    private static partial void LogFailure(ILogger logger, string requestId, string? exceptionType, string? stackTrace);
}
