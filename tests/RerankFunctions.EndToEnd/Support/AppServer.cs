using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace RerankFunctions.EndToEnd.Support;

/// <summary>
/// The built app as a process, on a free port. <c>RERANK_E2E_COMMAND</c> starts it on another host than compat's: a bash command, in which
/// <c>{port}</c> is the port to listen on. <c>RERANK_E2E_KEY</c> is the function key that this host asks for.
/// </summary>
internal sealed partial class AppServer : IAsyncDisposable
{
    private static readonly string? OtherCommand = Environment.GetEnvironmentVariable("RERANK_E2E_COMMAND");

    /// <summary>Settings of a process that scores no jobs.</summary>
    public static (string Name, string Value)[] NoWorker { get; } =
    [
        ("AzureWebJobs.ProcessJob.Disabled", "true"),
        ("AzureWebJobs.ProcessBulkJob.Disabled", "true"),
        ("AzureWebJobs.ProcessRecoveredJob.Disabled", "true"),
        ("AzureWebJobs.ProcessBatchChunk.Disabled", "true"),
    ];

    /// <summary>The built app, of the same configuration as these tests.</summary>
    private static readonly string AppFolder = Path.Combine(
        Repository.Root,
        "src",
        "RerankFunctions",
        Path.GetRelativePath(Path.Combine(Repository.Root, "tests", "RerankFunctions.EndToEnd"), AppContext.BaseDirectory));

    private Api? _api;

    private AppServer(ChildProcess process, Uri? root)
    {
        Process = process;
        _api = root is null ? null : new Api(root);
    }

    public ChildProcess Process { get; }

    /// <summary>A client of the app. Compat's port is known once the app listens.</summary>
    public Api Api => _api ?? throw new InvalidOperationException("The app does not listen yet.");

    /// <summary>Starts the app and waits until it is ready.</summary>
    /// <param name="storage">Connection string.</param>
    /// <param name="settings">Other settings, with their names in docs/settings.md.</param>
    public static async Task<AppServer> StartAsync(string storage, params (string Name, string Value)[] settings)
    {
        var app = Launch(storage, settings);
        try
        {
            await app.WaitUntilReadyAsync();
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the app and does not wait.</summary>
    public static AppServer Launch(string storage, params (string Name, string Value)[] settings)
    {
        var environment = settings.ToDictionary(setting => setting.Name.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);
        environment["AzureWebJobsStorage"] = storage;
        environment["Rerank__MeasurementPath"] = Path.Combine(AppContext.BaseDirectory, "runs");
        environment["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development";
        if (OtherCommand is null)
        {
            environment["Host__LocalHttpPort"] = "0";
            return new AppServer(ChildProcess.Start("dotnet", ["RerankFunctions.dll"], AppFolder, environment), root: null);
        }

        environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        var port = LocalPort.Free().ToString(CultureInfo.InvariantCulture);
        // A process group of its own: signals reach the host and the worker.
        string[] arguments = ["-c", $"exec setsid {OtherCommand.Replace("{port}", port, StringComparison.Ordinal)}"];
        return new AppServer(ChildProcess.Start("bash", arguments, AppFolder, environment), new Uri($"http://127.0.0.1:{port}"));
    }

    /// <summary>Waits until the app listens.</summary>
    public async Task WaitUntilListeningAsync()
    {
        _api ??= new Api(new Uri(Address().Match(await Process.WaitForLineAsync(text => Address().IsMatch(text))).Value));
        await WaitForAsync(status => status is not null, "/healthz", "The app listens");
    }

    /// <summary>Waits until storage answers and the model is loaded.</summary>
    public async Task WaitUntilReadyAsync()
    {
        await WaitUntilListeningAsync();
        await WaitForAsync(status => status == HttpStatusCode.OK, "/readyz", "The app is ready");
    }

    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        await Process.DisposeAsync();
    }

    private Task WaitForAsync(Predicate<HttpStatusCode?> isReached, string path, string expectation) => Deadline.UntilAsync(
        async () => Process.HasExited
            ? throw new InvalidOperationException($"The app ended:\n{Process.Output}")
            : isReached(await Api.TryGetStatusAsync(path)),
        expectation,
        () => Process.Output);

    [GeneratedRegex(@"(?<=Listening on )http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
