using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;

namespace RerankFunctions.CompatHost.Tests.Samples;

public sealed class ScopedFunctions(Scoped? scoped = null)
{
    /// <summary>Answers whether the class and the context see the same scope, and with what middleware left.</summary>
    [Function("Scope")]
    public async Task<HttpResponseData> Scope([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequestData request, FunctionContext context)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        var same = ReferenceEquals(scoped, context.InstanceServices.GetService<Scoped>());
        await response.WriteStringAsync($"{same} {scoped?.Id} {(context.Items.TryGetValue("left", out var left) ? left : null)}");
        return response;
    }
}
