using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Storage;

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
            context.GetInvocationResult().Value = ToResult(ExceptionProblems.Unwrap(exception), http, context);
        }
    }

    private IActionResult ToResult(Exception exception, HttpContext http, FunctionContext context)
    {
        var id = context.InvocationId;
        var dialect = http.Features.Get<ErrorForm>()?.Dialect ?? default;
        if (http.RequestAborted.IsCancellationRequested)
        {
            LogClientGone(logger, id);
            return new EmptyResult();
        }

        var problem = ExceptionProblems.Of(exception, context);
        switch (exception)
        {
            case BadHttpRequestException when problem.Status == StatusCodes.Status400BadRequest:
                // Also the first sign of a client that hangs up in the middle of its body.
                LogClientGone(logger, id);
                break;
            case StorageUnavailableException:
                LogStorageUnavailable(logger, id, exception.Message);
                break;
            case not ProblemException when problem.Status == StatusCodes.Status500InternalServerError:
                // Type and stack only: the message of an arbitrary exception may quote the request.
                LogFailure(logger, id, exception.GetType().FullName, exception.StackTrace);
                break;
        }

        return JsonAnswer.Of(problem, dialect);
    }

    [LoggerMessage(100, LogLevel.Debug, "The client of request {RequestId} hung up.")]
    private static partial void LogClientGone(ILogger logger, string requestId);

    [LoggerMessage(101, LogLevel.Warning, "Request {RequestId} got 503. {Reason}")]
    private static partial void LogStorageUnavailable(ILogger logger, string requestId, string reason);

    [LoggerMessage(102, LogLevel.Error, "Request {RequestId} failed: {ExceptionType}\n{StackTrace}")]
    private static partial void LogFailure(ILogger logger, string requestId, string? exceptionType, string? stackTrace);
}
