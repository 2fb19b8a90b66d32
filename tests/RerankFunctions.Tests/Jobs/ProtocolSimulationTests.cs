using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

public sealed class ProtocolSimulationTests
{
    private const int SchedulesPerBlock = 100;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Whatever_crashes_repeats_or_is_lost_every_accepted_job_ends_exactly_once(int block)
    {
        var met = Enumerable.Range(block * SchedulesPerBlock, SchedulesPerBlock).Select(seed =>
        {
            try
            {
                return ProtocolSimulation.Run(seed);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}: {exception.Message}", exception);
            }
        }).ToList();

        // Otherwise the schedules would be too tame to say anything.
        var accepted = met.Sum(outcome => outcome.Accepted);
        Assert.InRange(accepted, SchedulesPerBlock * 3, SchedulesPerBlock * 5);
        Assert.InRange(met.Sum(outcome => outcome.Messages), accepted * 3 / 2, accepted * 10);
        Assert.InRange(met.Sum(outcome => outcome.Poisoned), 1, accepted * 10);
        Assert.InRange(met.Sum(outcome => outcome.LostLeases), 1, accepted * 10);
    }

    [Fact]
    public void A_seed_gives_the_same_schedule_again() => Assert.Equal(ProtocolSimulation.Run(7), ProtocolSimulation.Run(7));
}
