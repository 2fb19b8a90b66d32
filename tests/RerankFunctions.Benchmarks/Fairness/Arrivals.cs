using System.Diagnostics;
using RerankFunctions.Benchmarks.Engine;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Benchmarks.Fairness;

/// <summary>Small jobs that arrive at random moments, each after the one before has ended: they wait for other work, not for each other.</summary>
/// <param name="host">Scores them.</param>
/// <param name="next">Creates a job.</param>
/// <param name="gap">Mean time from the end of a job to the next arrival; the times are uniform from half of it to one and a half.</param>
/// <param name="random">Draws the times.</param>
internal sealed class Arrivals(EngineHost host, Func<ScoringRequest> next, TimeSpan gap, Random random)
{
    /// <summary>Lets jobs arrive until other work has ended, at least one.</summary>
    public async Task<IReadOnlyList<SmallJob>> DuringAsync(Task work)
    {
        var jobs = new List<SmallJob>();
        do
        {
            await Task.WhenAny(work, Task.Delay(gap * (0.5 + random.NextDouble())));
            jobs.Add(await ScoreAsync());
        }
        while (!work.IsCompleted);

        await work;
        return jobs;
    }

    /// <summary>Runs jobs one at a time.</summary>
    public async Task<IReadOnlyList<SmallJob>> AloneAsync(int count)
    {
        var jobs = new List<SmallJob>();
        for (var i = 0; i < count; i++)
        {
            jobs.Add(await ScoreAsync());
        }

        return jobs;
    }

    private async Task<SmallJob> ScoreAsync()
    {
        var job = next();
        var started = Stopwatch.GetTimestamp();
        await host.ScoreAsync(job);
        return new SmallJob(job, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }
}

/// <summary>A small job and the seconds until its scores.</summary>
internal readonly record struct SmallJob(ScoringRequest Job, double Seconds);
