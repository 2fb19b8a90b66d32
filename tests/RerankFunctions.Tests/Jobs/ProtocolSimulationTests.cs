using System.Collections.Concurrent;
using System.Globalization;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

public sealed class ProtocolSimulationTests
{
    /// <summary>Variable with the number of schedules.</summary>
    private const string SeedsVariable = "RERANK_SIMULATION_SEEDS";

    /// <summary>Variable with the one schedule to replay.</summary>
    private const string SeedVariable = "RERANK_SIMULATION_SEED";

    // Without a limit, the loop takes each thread that the pool adds, and timers of other tests wait for it.
    private static readonly ParallelOptions AsMuchAsTheProcessors = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    private static readonly int Schedules = ReadNumber(SeedsVariable) ?? 10_000;

    [Fact]
    public void Whatever_crashes_repeats_or_is_lost_every_accepted_job_ends_exactly_once()
    {
        if (ReadNumber(SeedVariable) is { } only)
        {
            ProtocolSimulation.Run(only);
            return;
        }

        var met = new ConcurrentBag<ProtocolSimulation.Outcome>();
        Parallel.For(0, Schedules, AsMuchAsTheProcessors, seed => met.Add(ProtocolSimulation.Run(seed)));

        // Otherwise the schedules would be too tame to say anything.
        Assert.All(met, outcome => Assert.Equal(5, outcome.Accepted));
        var accepted = met.Sum(outcome => outcome.Accepted);
        Assert.InRange(met.Sum(outcome => outcome.Messages), accepted * 3 / 2, accepted * 20);
        Assert.InRange(met.Sum(outcome => outcome.Recoveries), Schedules, accepted * 10);
        Assert.InRange(met.Sum(outcome => outcome.Poisoned), Schedules / 10, accepted * 10);
        Assert.InRange(met.Sum(outcome => outcome.LostLeases), Schedules / 10, accepted * 10);
        Assert.InRange(met.Sum(outcome => outcome.Interruptions), Schedules / 10, accepted * 10);
    }

    [Fact]
    public void A_seed_gives_the_same_schedule_again() => Assert.Equal(ProtocolSimulation.Run(7), ProtocolSimulation.Run(7));

    private static int? ReadNumber(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
