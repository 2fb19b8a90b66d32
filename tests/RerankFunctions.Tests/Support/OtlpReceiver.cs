using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RerankFunctions.Tests.Support;

/// <summary>A collector that keeps what it gets by OTLP over HTTP.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, string? Type, byte[] Body)> _requests = [];
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Paths and types of all requests.</summary>
    public IEnumerable<(string Path, string? Type)> Requests => _requests.Select(request => (request.Path, request.Type));

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/{signal}", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            receiver._requests.Enqueue((request.Path, request.ContentType, body.ToArray()));
        });
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Returns how often bytes stand in what came to a path.</summary>
    public int CountOf(string path, byte[] bytes) =>
        _requests.Where(request => request.Path == path).Sum(request => MemoryExtensions.Count(request.Body, bytes));

    /// <summary>Returns whether a text stands in what came to a path.</summary>
    public bool Has(string path, string text) => CountOf(path, Encoding.UTF8.GetBytes(text)) > 0;

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
