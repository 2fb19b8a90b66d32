using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using RerankFunctions.Hosting;

namespace RerankFunctions.Http;

/// <summary>Tells whether the process is up, and whether it can do its work.</summary>
public sealed class HealthFunctions(Readiness readiness)
{
    /// <summary>Answers 200 while the process runs.</summary>
    [Function(FunctionNames.Health)]
    public static IActionResult Health([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "healthz")] HttpRequest request) =>
        new JsonAnswer<HealthAnswer>(StatusCodes.Status200OK, new HealthAnswer("up"), HealthJson.Default.HealthAnswer);

    /// <summary>Answers 200 once storage is reachable and, on a worker, the model is loaded; 503 before, with what is missing.</summary>
    [Function("Ready")]
    public async Task<IActionResult> ReadyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "readyz")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var answer = await readiness.CheckAsync(cancellationToken);
        return new JsonAnswer<ReadyAnswer>(
            answer.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, answer, HealthJson.Default.ReadyAnswer);
    }
}
