using Microsoft.Azure.Functions.Worker.Invocations;
using Microsoft.Azure.Functions.Worker.Queues;
using Microsoft.Azure.Functions.Worker.Settings;
using Microsoft.Azure.Functions.Worker.Timers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Hosting;

/// <summary>Creates the listeners of queue and timer triggers.</summary>
internal sealed class TriggerListeners(
    FunctionCatalog catalog,
    StorageConnections connections,
    HostJson settings,
    InvocationRunner runner,
    IHostEnvironment environment,
    TimeProvider time,
    ILoggerFactory loggers)
{
    private const string PoisonSuffix = "-poison";

    /// <summary>Creates a listener for each enabled function with a queue or timer trigger.</summary>
    /// <returns>Their loops, which end when their token is cancelled and their functions have ended.</returns>
    public IReadOnlyList<Func<CancellationToken, Task>> Create() =>
        [.. catalog.Functions.Where(function => !function.Disabled).Select(Create).OfType<Func<CancellationToken, Task>>()];

    private Func<CancellationToken, Task>? Create(Function function) => function.Trigger switch
    {
        QueueTriggerAttribute trigger => CreateQueueListener(function, trigger.Connection).RunAsync,
        TimerTriggerAttribute => CreateTimerListener(function).RunAsync,
        _ => null,
    };

    private QueueListener CreateQueueListener(Function function, string? connection)
    {
        var service = connections.Queues(connection);
        var queue = service.GetQueueClient(function.Source);
        var poison = function.Source.EndsWith(PoisonSuffix, StringComparison.OrdinalIgnoreCase)
            ? null
            : service.GetQueueClient(function.Source + PoisonSuffix);
        var work = new QueueMessageWork(function, queue, poison, settings.Queues, runner, time, loggers.CreateLogger<QueueMessageWork>());
        return new QueueListener(function, queue, work, settings.Queues, time, loggers.CreateLogger<QueueListener>());
    }

    private TimerListener CreateTimerListener(Function function)
    {
        var container = connections.Blobs(connection: null).GetBlobContainerClient("azure-webjobs-hosts");
        var state = new TimerState(container, $"timers/{environment.ApplicationName}/{function.Name}/status");
        return new TimerListener(function, state, runner, time, loggers.CreateLogger<TimerListener>());
    }
}
