using System.Runtime.InteropServices;
using RerankFunctions.Cli.Commands;
using RerankFunctions.Cli.Display;

namespace RerankFunctions.Cli;

/// <summary>The process of <c>rerank</c>.</summary>
internal static class Program
{
    /// <summary>Runs a command. The first Ctrl-C or SIGTERM ends it in order, the second at once.</summary>
    public static async Task<int> Main(string[] args)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await RerankCommand.RunAsync(args, Terminal.OfProcess(), TimeProvider.System, stop.Token);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }
}
