using System.Net;
using System.Text.RegularExpressions;

namespace RerankFunctions.EndToEnd.Support;

/// <summary>The built app as a process of its own, on a free port.</summary>
internal sealed partial class AppServer : IAsyncDisposable
{
    /// <summary>The built app, of the same configuration as these tests.</summary>
    private static readonly string AppFolder = Path.Combine(
        Repository.Root,
        "src",
        "RerankFunctions",
        Path.GetRelativePath(Path.Combine(Repository.Root, "tests", "RerankFunctions.EndToEnd"), AppContext.BaseDirectory));

    private Api? _api;

    private AppServer(ChildProcess process) => Process = process;

    public ChildProcess Process { get; }

    /// <summary>Its client, once it is ready.</summary>
    public Api Api => _api ?? throw new InvalidOperationException("The app is not ready.");

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
        var environment = settings.ToDictionary(setting => setting.Name.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);
        environment["AzureWebJobsStorage"] = storage;
        environment["Host__LocalHttpPort"] = "0";
        environment["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development";
        return new AppServer(ChildProcess.Start("dotnet", ["RerankFunctions.dll"], AppFolder, environment));
    }

    public async Task WaitUntilReadyAsync()
    {
        var line = await Process.WaitForLineAsync(text => Address().IsMatch(text));
        _api = new Api(new Uri(Address().Match(line).Value));
        await Deadline.UntilAsync(
            async () => Process.HasExited
                ? throw new InvalidOperationException($"The app ended:\n{Process.Output}")
                : await Api.TryGetStatusAsync("/readyz") == HttpStatusCode.OK,
            "The app is ready",
            () => Process.Output);
    }

    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        await Process.DisposeAsync();
    }

    [GeneratedRegex(@"(?<=Listening on )http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
