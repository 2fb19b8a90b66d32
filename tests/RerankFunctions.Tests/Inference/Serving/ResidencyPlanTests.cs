using RerankFunctions.Inference.Serving;

namespace RerankFunctions.Tests.Inference.Serving;

/// <summary>What is loaded, closed and left alone at one moment, and over random schedules.</summary>
public sealed class ResidencyPlanTests
{
    private static readonly TimeSpan Residency = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Now = TimeSpan.FromSeconds(100);

    [Fact]
    public void The_model_that_was_waited_for_longest_comes_first() =>
        Assert.Equal(1, Make(4, Absent(2, waitingSince: 9), Absent(2, waitingSince: 8)).Load);

    [Fact]
    public void One_model_is_loaded_at_a_time() => Assert.Null(Make(4, new ModelSlot(ModelPhase.Loading, 2), Absent(2, waitingSince: 8)).Load);

    [Fact]
    public void No_model_leaves_while_all_that_may_leave_do_not_suffice()
    {
        var plan = Make(4, Ready(2, readyAt: 0), Ready(2, readyAt: 95), Absent(4, waitingSince: 90));
        Assert.Empty(plan.Closed);
        Assert.Equal(TimeSpan.FromSeconds(105), plan.LookAgainAt);
    }

    [Fact]
    public void Models_whose_memory_is_not_needed_stay()
    {
        // The oldest one is too small, and with the next one it is not needed.
        var plan = Make(6, Ready(1, lastUsed: 1), Ready(5, lastUsed: 2), Absent(5, waitingSince: 90));
        Assert.Equal([1], plan.Closed);
    }

    [Fact]
    public void Memory_that_becomes_free_counts()
    {
        var plan = Make(4, new ModelSlot(ModelPhase.Unloading, 2), Ready(2), Absent(2, waitingSince: 90));
        Assert.Empty(plan.Closed);
        Assert.Null(plan.Load);
    }

    [Fact]
    public void Another_model_is_loaded_only_where_the_first_one_does_not_need_the_memory()
    {
        var busy = Ready(4) with { Leases = 1 };
        Assert.Equal(2, Make(6, busy, Absent(5, waitingSince: 90), Absent(1, waitingSince: 91)).Load);
        Assert.Null(Make(6, busy, Absent(6, waitingSince: 90), Absent(1, waitingSince: 91)).Load);
    }

    [Fact]
    public void What_is_only_wanted_makes_nobody_leave()
    {
        var wanted = new ModelSlot(ModelPhase.Absent, 2, IsWanted: true);
        Assert.Equal(1, Make(4, Ready(2), wanted).Load);
        var full = Make(3, Ready(2), wanted);
        Assert.Equal((null, true, 0), (full.Load, full.DefersWanted, full.Closed.Count));
    }

    [Fact]
    public void Random_schedules_serve_everyone_in_time_within_the_budget()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            new ResidencySimulation(seed).Run();
        }
    }

    private static ResidencyPlan Make(long budget, params ModelSlot[] models) => ResidencyPlan.Make(models, budget, Residency, Now);

    private static ModelSlot Absent(long bytes, int waitingSince) => new(ModelPhase.Absent, bytes, WaitingSince: TimeSpan.FromSeconds(waitingSince));

    private static ModelSlot Ready(long bytes, int readyAt = 0, int lastUsed = 0) =>
        new(ModelPhase.Ready, bytes, ReadyAt: TimeSpan.FromSeconds(readyAt), LastUsed: TimeSpan.FromSeconds(lastUsed));
}
