using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Submission;

namespace RerankFunctions.Http;

/// <summary>
/// The one place where an exception of an HTTP function becomes an answer. Exceptions of other functions pass: the host tries their
/// messages again.
/// </summary>
internal sealed partial class ProblemMiddleware(ILogger<ProblemMiddleware> logger) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var request = await context.GetHttpRequestDataAsync();
        if (request is null)
        {
            await next(context);
            return;
        }

        try
        {
            await next(context);
        }
        catch (Exception exception) when (Unwrap(exception) is ProblemException || !context.CancellationToken.IsCancellationRequested)
        {
            context.GetInvocationResult().Value = await request.CreateProblemAsync(ToProblem(Unwrap(exception), context.InvocationId));
        }
    }

    private static Exception Unwrap(Exception exception) =>
        exception is AggregateException { InnerException: { } inner } ? Unwrap(inner) : exception;

    private Problem ToProblem(Exception exception, string id)
    {
        switch (exception)
        {
            case ProblemException { Problem: var problem }:
                return problem;
            case IdempotencyConflictException:
                return Problem.IdempotencyKeyReused();
            case StorageUnavailableException:
                StorageUnavailable(logger, exception, id);
                return Problem.StorageUnavailable(id);
            default:
                // Not the exception itself: the message of an arbitrary one may quote what was being read.
                Failed(logger, id, exception.GetType().FullName, exception.StackTrace);
                return Problem.Internal(id);
        }
    }

    [LoggerMessage(101, LogLevel.Warning, "Storage does not answer; request {RequestId} ended with 503.")]
    private static partial void StorageUnavailable(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(102, LogLevel.Error, "Request {RequestId} failed: {ExceptionType}\n{StackTrace}")]
    private static partial void Failed(ILogger logger, string requestId, string? exceptionType, string? stackTrace);
}
