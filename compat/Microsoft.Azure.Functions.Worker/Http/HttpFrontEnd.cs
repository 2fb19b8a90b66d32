using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker.Invocations;
using Microsoft.Azure.Functions.Worker.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>Kestrel on the loopback address, in a service container separate from that of the app.</summary>
internal sealed class HttpFrontEnd(
    FunctionCatalog catalog,
    HostJson host,
    HttpInvocations invocations,
    FunctionKey key,
    IOptions<ForwardedHeadersOptions> forwarded,
    IConfiguration settings,
    ILoggerFactory loggers,
    TimeProvider time) : IAsyncDisposable
{
    private const int DefaultPort = 7071;

    private WebApplication? _web;

    /// <summary>Address of the listener. Valid after the start.</summary>
    public Uri Address => new(_web!.Urls.Single());

    /// <summary>Maps the routes of all enabled functions and starts to listen.</summary>
    /// <exception cref="InvalidOperationException">The port is in use, or a route is not valid.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var port = Port();
        _web = Build(port);
        try
        {
            await _web.StartAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw new InvalidOperationException(
                $"Port {port} is in use. End the process that listens on it, or set Host__LocalHttpPort to another port.", exception);
        }
    }

    /// <summary>Closes the port and waits for running requests until the token is cancelled.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _web?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _web?.DisposeAsync() ?? ValueTask.CompletedTask;

    private int Port() => settings["Host:LocalHttpPort"] switch
    {
        null or "" => DefaultPort,
        var text when int.TryParse(text, out var port) && port is >= 0 and <= IPEndPoint.MaxPort => port,
        var text => throw new InvalidOperationException($"Host:LocalHttpPort is \"{text}\"; it must be a port from 1 to 65535, or 0 for any free port."),
    };

    private WebApplication Build(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddRouting();
        builder.Services.AddSingleton<MatcherPolicy, MethodMatcherPolicy>();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var web = builder.Build();
        web.UseMiddleware<HostMiddleware>(key);
        web.UseForwardedHeaders(forwarded.Value);

        foreach (var function in catalog.Functions.Where(function => !function.Disabled && function.Trigger is HttpTriggerAttribute))
        {
            web.Map(RouteOf(function), context => invocations.HandleAsync(function, context)).WithMetadata(function);
        }

        var started = time.GetTimestamp();
        web.MapGet("/admin/host/status", context => context.Response.WriteAsync(
            new JsonObject
            {
                ["id"] = "compat",
                ["state"] = "Running",
                ["version"] = typeof(HttpFrontEnd).Assembly.GetName().Version?.ToString(),
                ["processUptime"] = (long)time.GetElapsedTime(started).TotalMilliseconds,
            }.ToJsonString(),
            context.RequestAborted));
        return web;
    }

    /// <summary>Returns the route of a function, with the prefix of host.json.</summary>
    public string RouteOf(Function function) => $"/{host.RoutePrefix}/{function.Source.TrimStart('/')}".Replace("//", "/", StringComparison.Ordinal);

    /// <summary>A lifetime that handles no signals: those belong to the host of the app.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
