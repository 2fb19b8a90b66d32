using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace RerankFunctions.Http;

/// <summary>Whether the process is up, and whether it can do its work.</summary>
public sealed class HealthFunctions(Readiness readiness)
{
    /// <summary>200 as long as the process answers.</summary>
    [Function("Health")]
    public static Task<HttpResponseData> HealthAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "healthz")] HttpRequestData request) =>
        request.CreateJsonAsync(HttpStatusCode.OK, new HealthAnswer("up"), HealthJson.Default.HealthAnswer);

    /// <summary>200 once storage is reachable and, on a worker, the model is loaded; 503 before, with what is missing.</summary>
    [Function("Ready")]
    public async Task<HttpResponseData> ReadyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "readyz")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var answer = await readiness.CheckAsync(cancellationToken);
        return await request.CreateJsonAsync(
            answer.IsReady ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, answer, HealthJson.Default.ReadyAnswer);
    }
}
