using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RerankFunctions.Tests.Batches.Storage;

/// <summary>A gateway in front of storage which does not know the way: it answers 404 without storage's headers.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Gateway(WebApplication app) => _app = app;

    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey={Convert.ToBase64String(new byte[64])};BlobEndpoint={_app.Urls.First()}/a;";

    public static async Task<Gateway> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.StatusCode = 404;
            return context.Response.WriteAsync("<html>");
        });
        await app.StartAsync();
        return new Gateway(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
