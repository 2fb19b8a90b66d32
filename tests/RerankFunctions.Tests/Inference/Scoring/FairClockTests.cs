using RerankFunctions.Inference.Scoring;

namespace RerankFunctions.Tests.Inference.Scoring;

public sealed class FairClockTests
{
    [Fact]
    public void Of_jobs_that_arrive_together_the_smaller_ends_first()
    {
        var clock = new FairClock();
        var large = clock.Enter(1_000, 1);
        var small = clock.Enter(10, 1);
        Assert.True(small.End < large.End);
    }

    [Fact]
    public void A_small_job_ends_before_a_large_one_that_has_more_left()
    {
        var clock = new FairClock();
        var large = clock.Enter(1_000, 1);
        clock.Advance(500);
        Assert.True(clock.Enter(400, 1).End < large.End);
        Assert.True(clock.Enter(600, 1).End > large.End);
    }

    [Fact]
    public void A_job_that_waits_long_enough_comes_before_every_new_one()
    {
        var clock = new FairClock();
        var large = clock.Enter(1_000, 1);
        FairShare small = default;
        for (var i = 0; i < 21; i++)
        {
            small = clock.Enter(100, 1);
            clock.Advance(100);
        }

        Assert.True(clock.Now < large.End);
        Assert.True(clock.Enter(100, 1).End > small.End);
        for (var i = 0; i < 100 && clock.Now + 100 < large.End; i++)
        {
            clock.Enter(100, 1);
            clock.Advance(100);
        }

        Assert.True(clock.Enter(100, 1).End >= large.End);
    }

    [Fact]
    public void Weights_divide_the_device()
    {
        var clock = new FairClock();
        clock.Enter(3_000, 3);
        clock.Enter(3_000, 1);
        clock.Advance(400);
        Assert.Equal(100, clock.Now, 1e-9);
    }

    [Fact]
    public void A_job_that_leaves_gives_its_share_to_the_others()
    {
        var clock = new FairClock();
        clock.Enter(1_000, 1);
        var other = clock.Enter(1_000, 1);
        clock.Advance(100);
        Assert.Equal(50, clock.Now, 1e-9);
        clock.Leave(other);
        clock.Advance(100);
        Assert.Equal(150, clock.Now, 1e-9);
    }

    [Fact]
    public void Work_beyond_that_of_all_jobs_counts_for_none()
    {
        var clock = new FairClock();
        clock.Enter(100, 1);
        clock.Advance(1_000);
        Assert.Equal(100, clock.Now, 1e-9);
        Assert.Equal(200, clock.Enter(100, 1).End, 1e-9);
    }
}
