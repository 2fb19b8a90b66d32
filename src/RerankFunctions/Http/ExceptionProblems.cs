using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Submission;

namespace RerankFunctions.Http;

/// <summary>The error answers that exceptions of HTTP functions become.</summary>
internal static class ExceptionProblems
{
    /// <summary>Returns the error answer of an exception.</summary>
    /// <param name="exception">The exception, which <see cref="Unwrap"/> has returned.</param>
    /// <param name="context">The invocation.</param>
    public static Problem Of(Exception exception, FunctionContext context) => exception switch
    {
        ProblemException { Problem: var problem } => problem,
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => Problem.UploadTooSlow(),
        BadHttpRequestException => Problem.Malformed("incomplete_body", "The body ended early, or its chunks are not valid HTTP."),
        IdempotencyConflictException => Problem.IdempotencyKeyReused(),
        StorageUnavailableException => Problem.StorageUnavailable(context.InvocationId),
        OperationCanceledException when context.CancellationToken.IsCancellationRequested => Problem.ShuttingDown(),
        _ => Problem.Internal(context.InvocationId),
    };

    /// <summary>Returns the exception inside those that only collect others.</summary>
    public static Exception Unwrap(Exception exception) =>
        exception is AggregateException { InnerException: { } inner } ? Unwrap(inner) : exception;
}
