using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Invocations;
using Microsoft.Azure.Functions.Worker.Queues;
using Microsoft.Azure.Functions.Worker.Settings;
using Microsoft.Azure.Functions.Worker.Timers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Hosting;

/// <summary>Starts and stops the triggers of all functions.</summary>
internal sealed partial class FunctionsHost(
    FunctionCatalog catalog,
    HttpFrontEnd http,
    StorageConnections connections,
    HostJson settings,
    InvocationRunner runner,
    IHostApplicationLifetime lifetime,
    IHostEnvironment environment,
    TimeProvider time,
    ILoggerFactory loggers) : IHostedLifecycleService
{
    /// <summary>What Azure leaves a function once its token has fired.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(5);

    private const string PoisonSuffix = "-poison";

    private readonly ILogger<FunctionsHost> _logger = loggers.CreateLogger<FunctionsHost>();
    private Task _listeners = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var listeners = catalog.Functions.Where(function => !function.Disabled).Select(Listener).OfType<Func<CancellationToken, Task>>().ToArray();
        await http.StartAsync(cancellationToken);
        foreach (var function in catalog.Functions)
        {
            LogFunction(function.Name, Describe(function));
        }

        LogListening(http.Address);
        _listeners = Task.WhenAll(listeners.Select(run => Task.Run(() => run(lifetime.ApplicationStopping), CancellationToken.None)));
    }

    /// <summary>Takes nothing new and waits a little for what runs. A message still in work after that stays
    /// hidden, and comes again when its time is up.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        lifetime.StopApplication();
        using var limit = new CancellationTokenSource(Drain, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var listeners = _listeners.WaitAsync(end.Token);
        await Task.WhenAll(http.StopAsync(end.Token), listeners).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!listeners.IsCompletedSuccessfully)
        {
            LogLeft();
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Func<CancellationToken, Task>? Listener(Function function) => function.Trigger switch
    {
        QueueTriggerAttribute trigger => QueueListener(function, trigger.Connection).RunAsync,
        TimerTriggerAttribute => TimerListener(function).RunAsync,
        _ => null,
    };

    private QueueListener QueueListener(Function function, string? connection)
    {
        var service = connections.Queues(connection);
        var queue = service.GetQueueClient(function.Source);
        var poison = function.Source.EndsWith(PoisonSuffix, StringComparison.OrdinalIgnoreCase)
            ? null
            : service.GetQueueClient(function.Source + PoisonSuffix);
        var work = new QueueMessageWork(function, queue, poison, settings.Queues, runner, time, loggers.CreateLogger<QueueMessageWork>());
        return new QueueListener(function, queue, work, settings.Queues, time, loggers.CreateLogger<QueueListener>());
    }

    private TimerListener TimerListener(Function function)
    {
        var container = connections.Blobs(connection: null).GetBlobContainerClient("azure-webjobs-hosts");
        var state = new TimerState(container, $"timers/{environment.ApplicationName}/{function.Name}/status");
        return new TimerListener(function, state, runner, time, loggers.CreateLogger<TimerListener>());
    }

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

    [LoggerMessage(LogLevel.Warning, "Stopped with functions still running; their messages come again when their hiding ends.")]
    private partial void LogLeft();
}
