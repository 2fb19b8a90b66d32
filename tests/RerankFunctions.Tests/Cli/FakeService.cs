using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RerankFunctions.Contracts;

namespace RerankFunctions.Tests.Cli;

/// <summary>
/// A fake of the service. A job's scores are the lengths of its documents, and it ends at the second question for it. <see cref="Before"/> makes it misbehave.
/// </summary>
internal sealed class FakeService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (JsonNode Body, string Id)> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, JsonNode> _jobs = new(StringComparer.Ordinal);
    private int _asking;

    private FakeService(WebApplication app)
    {
        _app = app;
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    public string Address { get; }

    /// <summary>Requests so far.</summary>
    public ConcurrentQueue<(string Method, string Path, string? Key, string? IdempotencyKey, string Body)> Requests { get; } = [];

    /// <summary>Jobs that it has accepted, each once.</summary>
    public int Jobs => _jobs.Count;

    /// <summary>Most questions that waited at one moment.</summary>
    public int MostWaiting { get; private set; }

    /// <summary>Called before each answer with the number of earlier requests for the same path; returns true if it has answered.</summary>
    public Func<HttpContext, int, Task<bool>> Before { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>What it answers for paths that are not jobs: status and JSON.</summary>
    public Func<string, string, (int Status, string Json)> Other { get; set; } = (_, _) => (404, """{"detail":"No such route.","code":"not_found"}""");

    public static async Task<FakeService> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        FakeService? service = null;
        app.Run(context => service!.AnswerAsync(context));
        await app.StartAsync();
        return service = new FakeService(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    public static async Task<bool> AnswerAsync(HttpContext context, int status, string json, string? retryAfter = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        await context.Response.WriteAsync(json);
        return true;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var path = context.Request.Path.Value!;
        var before = Requests.Count(request => request.Path == path && request.Method == context.Request.Method);
        var key = context.Request.Headers["Idempotency-Key"].FirstOrDefault();
        Requests.Enqueue((context.Request.Method, path, context.Request.Headers["x-functions-key"].FirstOrDefault(), key, body));
        if (await Before(context, before))
        {
            return;
        }

        if (path == "/v1/jobs" && context.Request.Method == "POST")
        {
            await SubmitAsync(context, JsonNode.Parse(body)!, key);
        }
        else if (path.StartsWith("/v1/jobs/", StringComparison.Ordinal) && _jobs.TryGetValue(path["/v1/jobs/".Length..], out var job))
        {
            await WaitAsync(context, path["/v1/jobs/".Length..], job, isFirst: before == 0);
        }
        else
        {
            var (status, json) = Other(context.Request.Method, path + context.Request.QueryString);
            await AnswerAsync(context, status, json);
        }
    }

    private async Task SubmitAsync(HttpContext context, JsonNode body, string? key)
    {
        if (body["query"]?.GetValue<string>() is not { Length: > 0 })
        {
            // On several lines, as a service may write it.
            await AnswerAsync(context, 422, """
                {
                  "status": 422, "detail": "/query: is required", "code": "invalid_request", "extra": "kept"
                }
                """);
            return;
        }

        var id = JobId.Create(TimeProvider.System).ToString();
        var (first, bound) = key is null ? (body, id) : _keys.GetOrAdd(key, (body, id));
        Assert.True(JsonNode.DeepEquals(first, body), "An idempotency key came again with another body.");
        _jobs.TryAdd(bound, body);
        await AnswerAsync(context, 202, Status(bound, "queued", "").ToJsonString());
    }

    private async Task WaitAsync(HttpContext context, string id, JsonNode body, bool isFirst)
    {
        MostWaiting = Math.Max(MostWaiting, Interlocked.Increment(ref _asking));
        if (isFirst)
        {
            // So that answers come in another order than questions.
            await Task.Yield();
        }

        Interlocked.Decrement(ref _asking);
        var query = body["query"]!.GetValue<string>();
        var status = isFirst ? Status(id, "running", "")
            : query == "fail" ? Status(id, "failed", ""","error":{"code":"model_error","message":"No score."}""")
            : Status(id, "succeeded", Results(body));
        await AnswerAsync(context, 200, status.ToJsonString(), isFirst ? "1" : null);
    }

    private static string Results(JsonNode body)
    {
        var results = body["documents"]!.AsArray()
            .Select((document, index) => (index, score: document!.GetValue<string>().Length))
            .OrderByDescending(result => result.score)
            .Select(result => $$"""{"index":{{result.index}},"relevance_score":{{result.score}}}""");
        return $$""","results":[{{string.Join(',', results)}}],"usage":{"prompt_tokens":3,"completion_tokens":0,"total_tokens":3,"cached_tokens":0},"""
            + """
            "meta":{"api_version":{"version":"2"},"billed_units":{"search_units":1},"tokens":{"input_tokens":3,"output_tokens":0},
             "warnings":["The query was cut."]}
            """;
    }

    private static JsonNode Status(string id, string status, string rest) => JsonNode.Parse(
        $$$"""{"id":"{{{id}}}","status":"{{{status}}}","model":"fake","created_at":"2026-01-01T00:00:00Z","progress":{"total":1,"scored":0}{{{rest}}} }""")!;
}
