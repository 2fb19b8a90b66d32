using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace RerankFunctions.CompatHost.Tests.Samples;

public sealed class ScopedFunctions(Scoped? scoped = null)
{
    /// <summary>Answers whether the class and the context see the same scope, and with what middleware left.</summary>
    [Function("Scope")]
    public IActionResult Scope([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request, FunctionContext context)
    {
        var same = ReferenceEquals(scoped, context.InstanceServices.GetService<Scoped>());
        return new TextSample($"{same} {scoped?.Id} {(context.Items.TryGetValue("left", out var left) ? left : null)}");
    }
}
