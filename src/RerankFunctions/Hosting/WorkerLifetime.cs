using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Jobs.Shutdown;

namespace RerankFunctions.Hosting;

/// <summary>
/// The lifetime of a process that a Functions host owns. A signal to end starts the drain and does not end the process: the host still
/// waits for its invocations, and ends the process after them. If the host has not done so by the end of the grace, the process ends itself.
/// </summary>
internal sealed partial class WorkerLifetime(
    Drain drain,
    IOptions<ProcessOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<WorkerLifetime> logger) : IHostLifetime, IDisposable
{
    /// <summary>Time at the end of the grace that is kept for giving jobs back and for the end of the process.</summary>
    private static readonly TimeSpan ReleaseTime = TimeSpan.FromSeconds(5);

    private readonly List<IDisposable> _registrations = [];
    private ITimer? _end;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registrations.AddRange(
            new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT }
                .Select(signal => PosixSignalRegistration.Create(signal, OnSignal)));
        // The host cancels all invocations before it stops the process: jobs have no time left.
        _registrations.Add(lifetime.ApplicationStopping.Register(() => drain.Begin(TimeSpan.Zero)));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _end?.Dispose();
    }

    /// <summary>Starts the drain with the time that the grace leaves.</summary>
    internal void BeginDrain()
    {
        var grace = ProcessOptions.ReadOrDefault(options).TerminationGrace;
        var end = time.CreateTimer(_ => lifetime.StopApplication(), null, grace, Timeout.InfiniteTimeSpan);
        if (Interlocked.CompareExchange(ref _end, end, null) is not null)
        {
            end.Dispose();
            return;
        }

        LogDraining(logger, grace - ReleaseTime, grace);
        drain.Begin(grace - ReleaseTime);
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        BeginDrain();
    }

    [LoggerMessage(205, LogLevel.Information, "The process drains: jobs under way have {JobTime}, and the process ends within {Grace}.")]
    private static partial void LogDraining(ILogger logger, TimeSpan jobTime, TimeSpan grace);
}
