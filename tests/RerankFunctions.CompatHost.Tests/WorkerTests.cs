using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RerankFunctions.CompatHost.Tests.Samples;
using RerankFunctions.Storage;

namespace RerankFunctions.CompatHost.Tests;

[Collection(OnAzurite.Name)]
public sealed class WorkerTests(Azurite azurite)
{
    [Fact]
    public async Task Each_invocation_has_a_scope_that_ends_with_it()
    {
        await using var app = await TestApp.StartAsync(azurite, configure: builder => builder.Services.AddScoped<Scoped>());

        var first = await app.Http.GetStringAsync("/api/scope");
        var second = await app.Http.GetStringAsync("/api/scope");

        Assert.StartsWith("True ", first, StringComparison.Ordinal);
        Assert.NotEqual(first, second);
        Assert.Equal("disposed", await app.Recorder.NextAsync<string>());
        Assert.Equal("disposed", await app.Recorder.NextAsync<string>());
    }

    [Fact]
    public async Task Middleware_runs_around_the_function_in_the_order_it_was_added()
    {
        await using var app = await TestApp.StartAsync(azurite, configure: builder =>
        {
            builder.UseMiddleware(async (context, next) =>
            {
                context.Items["left"] = "outer";
                context.GetHttpContext()!.Response.Headers["X-Outer"] = context.FunctionDefinition.Name;
                await next();
                context.GetLogger<WorkerTests>();
            });
            builder.UseMiddleware<Inner>();
        });

        using var response = await app.Http.GetAsync("/api/scope");

        Assert.Equal("True  outer,inner httpTrigger", await response.Content.ReadAsStringAsync());
        Assert.Equal("Scope", Assert.Single(response.Headers.GetValues("X-Outer")));
    }

    [Fact]
    public async Task Middleware_can_answer_in_place_of_an_exception()
    {
        await using var app = await TestApp.StartAsync(azurite, configure: builder => builder.UseMiddleware(async (context, next) =>
        {
            try
            {
                await next();
            }
            catch (InvalidOperationException)
            {
                context.GetInvocationResult().Value = new TextSample("instead") { Status = StatusCodes.Status409Conflict };
            }
        }));

        using var response = await app.Http.GetAsync("/api/throws");

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("instead", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_trace_context_is_empty_also_where_the_caller_sent_one()
    {
        string? seen = null;
        await using var app = await TestApp.StartAsync(azurite, configure: builder => builder.UseMiddleware((context, next) =>
        {
            seen = context.TraceContext.TraceParent;
            return next();
        }));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/items/7")
        {
            Headers = { { "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" } },
        };

        using var response = await app.Http.SendAsync(request);

        Assert.Equal("", seen);
    }

    private sealed class Inner : IFunctionsWorkerMiddleware
    {
        public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            context.Items["left"] += ",inner " + context.FunctionDefinition.InputBindings.Values.Single().Type;
            return next(context);
        }
    }
}
