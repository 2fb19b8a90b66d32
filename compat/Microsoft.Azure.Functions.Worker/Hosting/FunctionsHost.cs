using System.Runtime.InteropServices;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Invocations;
using Microsoft.Azure.Functions.Worker.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Hosting;

/// <summary>
/// Starts and stops the triggers of all functions, and drains on a signal to end, as the Functions host does. It is the lifetime of the
/// process unless the app registers its own, which then gets the same signals.
/// </summary>
internal sealed partial class FunctionsHost(
    FunctionCatalog catalog,
    HttpFrontEnd http,
    TriggerListeners listeners,
    InvocationStop functions,
    ShutdownSettings times,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<FunctionsHost> logger) : IHostedLifecycleService, IHostLifetime, IDisposable
{
    private readonly CancellationTokenSource _listening = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private Task _running = Task.CompletedTask;
    private int _drains;
    private bool _isDrained;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var runs = listeners.Create();
        await http.StartAsync(cancellationToken);
        foreach (var function in catalog.Functions)
        {
            LogFunction(function.Name, Describe(function));
        }

        LogListening(http.Address);
        _running = Task.WhenAll(runs.Select(run => Task.Run(() => run(_listening.Token), CancellationToken.None)));
        _signals.AddRange(
            new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT }.Select(signal => PosixSignalRegistration.Create(signal, OnSignal)));
    }

    /// <summary>
    /// Ends the app in the order of the Functions host. The port closes, and listeners go on until the open HTTP requests have ended. Then
    /// functions have time to end by themselves. Then their tokens are cancelled, and they have a short time to stop.
    /// </summary>
    public async Task DrainAsync()
    {
        await http.StopAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _listening.CancelAsync();
        await WaitForFunctionsAsync(times.DrainTime, CancellationToken.None);
        await functions.RequestAsync();
        await WaitForFunctionsAsync(times.StopTime, CancellationToken.None);
        _isDrained = true;
        if (!_running.IsCompleted)
        {
            LogLeft();
        }

        lifetime.StopApplication();
    }

    /// <summary>Stops at once when the app ends by itself. Messages in work stay hidden for the rest of their ten minutes.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (_isDrained)
        {
            return;
        }

        await _listening.CancelAsync();
        await functions.RequestAsync();
        using var limit = new CancellationTokenSource(times.StopTime, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await http.StopAsync(end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await WaitForFunctionsAsync(times.StopTime, end.Token);
        if (!_running.IsCompleted)
        {
            LogLeft();
        }
    }

    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _signals.ForEach(signal => signal.Dispose());
        _listening.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _drains) == 1)
        {
            LogDraining(context.Signal);
            _ = Task.Run(DrainAsync);
        }
        else
        {
            lifetime.StopApplication();
        }
    }

    private async Task WaitForFunctionsAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        await _running.WaitAsync(limit, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private string Describe(Function function) => (function.Disabled ? "disabled, " : "") + function.Trigger switch
    {
        HttpTriggerAttribute trigger =>
            $"{(trigger.Methods.Length == 0 ? "any method" : string.Join(',', trigger.Methods).ToUpperInvariant())} {http.RouteOf(function)}",
        QueueTriggerAttribute => "queue " + function.Source,
        _ => "timer " + function.Source,
    };

    [LoggerMessage(LogLevel.Information, "Function {Function}: {Trigger}")]
    private partial void LogFunction(string function, string trigger);

    [LoggerMessage(LogLevel.Information, "Listening on {Address}")]
    private partial void LogListening(Uri address);

    [LoggerMessage(LogLevel.Information, "{Signal}: the port closes, and running functions may finish. A second signal stops them.")]
    private partial void LogDraining(PosixSignal signal);

    [LoggerMessage(LogLevel.Warning, "The host stops while functions run; their messages are delivered again after their visibility timeout.")]
    private partial void LogLeft();
}
