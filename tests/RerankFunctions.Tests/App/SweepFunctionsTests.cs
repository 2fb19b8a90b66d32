using Microsoft.Azure.Functions.Worker;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Tests.Jobs.Simulation;
using RerankFunctions.Timers;

namespace RerankFunctions.Tests.App;

public sealed class SweepFunctionsTests
{
    [Fact]
    public void A_sweep_does_not_wait_for_retention() => World.Run(async world =>
    {
        var functions = new SweepFunctions(world.Worker.Sweeper, world.Worker.Retention);
        var id = (await world.SubmitAsync()).Id;
        await world.ProcessAsync(id);
        await world.Schedule.Delay(TimeSpan.FromDays(new JobsOptions().RetentionDays + 1));

        await functions.SweepAsync(new TimerInfo(), CancellationToken.None);
        Assert.Contains($"jobs/{id}/status.json", world.Account.Names);

        await functions.ExpireAsync(new TimerInfo(), CancellationToken.None);
        Assert.DoesNotContain($"jobs/{id}/status.json", world.Account.Names);
    });
}
