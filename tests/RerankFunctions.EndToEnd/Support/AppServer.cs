using System.Net;
using System.Net.Sockets;

namespace RerankFunctions.EndToEnd.Support;

/// <summary>The built app as a process of its own, on a free port.</summary>
internal sealed class AppServer : IAsyncDisposable
{
    private AppServer(ChildProcess process, int port)
    {
        Process = process;
        Api = new Api(new Uri($"http://127.0.0.1:{port}"));
    }

    public ChildProcess Process { get; }

    public Api Api { get; }

    /// <summary>Starts the app and waits until it is ready.</summary>
    /// <param name="storage">Connection string.</param>
    /// <param name="settings">Settings beside it, by their names in docs/settings.md.</param>
    public static async Task<AppServer> StartAsync(string storage, params (string Name, string Value)[] settings)
    {
        var app = Launch(storage, settings);
        await app.WaitUntilReadyAsync();
        return app;
    }

    /// <summary>Starts the app and does not wait.</summary>
    public static AppServer Launch(string storage, params (string Name, string Value)[] settings)
    {
        var port = FreePort();
        var environment = settings.ToDictionary(setting => setting.Name.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);
        environment["AzureWebJobsStorage"] = storage;
        environment["Host__LocalHttpPort"] = $"{port}";
        environment["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development";
        var process = ChildProcess.Start("dotnet", ["RerankFunctions.dll"], Repository.AppFolder, environment);
        return new AppServer(process, port);
    }

    public Task WaitUntilReadyAsync() => Deadline.UntilAsync(
        async () => Process.HasExited
            ? throw new InvalidOperationException($"The app ended:\n{Process.Output}")
            : await Api.TryGetStatusAsync("/readyz") == HttpStatusCode.OK,
        "The app is ready",
        () => Process.Output);

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await Process.DisposeAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
