using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using RerankFunctions.Contracts;
using RerankFunctions.Http;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Submission;

namespace RerankFunctions.Tests.App;

public sealed class ExceptionProblemsTests
{
    public static TheoryData<Exception, bool, int, string> Exceptions => new()
    {
        { new ProblemException(Problem.JobNotFound()), false, 404, "job_not_found" },
        { new BadHttpRequestException("slow", 408), false, 408, "upload_too_slow" },
        { new BadHttpRequestException("ended", 413), false, 400, "incomplete_body" },
        { new IdempotencyConflictException(), false, 422, "idempotency_key_reused" },
        { new StorageUnavailableException("down"), false, 503, "storage_unavailable" },
        { new OperationCanceledException(), true, 503, "shutting_down" },
        { new OperationCanceledException(), false, 500, "internal_error" },
        { new AggregateException(new AggregateException(new StorageUnavailableException("down"))), false, 503, "storage_unavailable" },
        { new InvalidOperationException(), false, 500, "internal_error" },
    };

    [Theory]
    [MemberData(nameof(Exceptions), DisableDiscoveryEnumeration = true)]
    public void An_exception_has_one_answer(Exception exception, bool isStopping, int status, string code)
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        var invocation = new QueueInvocation("RerankV2", services, new CancellationToken(isStopping));

        var problem = ExceptionProblems.Of(ExceptionProblems.Unwrap(exception), invocation);

        Assert.Equal((status, code), (problem.Status, problem.Code));
    }
}
