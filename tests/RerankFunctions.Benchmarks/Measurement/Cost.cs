using System.Diagnostics;

namespace RerankFunctions.Benchmarks.Measurement;

/// <summary>What a piece of work took.</summary>
/// <param name="Cpu">Seconds of processor time, all threads of the process together.</param>
/// <param name="Wall">Seconds of elapsed time.</param>
internal readonly record struct Cost(double Cpu, double Wall)
{
    /// <summary>Measures work of this process.</summary>
    public static Task<Cost> OfAsync(Func<Task> work) => OfAsync(() => Environment.CpuUsage.TotalTime, work);

    /// <summary>Measures work of another process.</summary>
    public static async Task<Cost> OfAsync(Process process, Func<Task> work) => await OfAsync(
        () =>
        {
            process.Refresh();
            return process.TotalProcessorTime;
        },
        work);

    /// <summary>Returns the cost of a part of the work.</summary>
    public Cost Times(double part) => new(Cpu * part, Wall * part);

    private static async Task<Cost> OfAsync(Func<TimeSpan> cpuTime, Func<Task> work)
    {
        var (cpu, started) = (cpuTime(), Stopwatch.GetTimestamp());
        await work();
        var wall = Stopwatch.GetElapsedTime(started);
        return new Cost((cpuTime() - cpu).TotalSeconds, wall.TotalSeconds);
    }
}
