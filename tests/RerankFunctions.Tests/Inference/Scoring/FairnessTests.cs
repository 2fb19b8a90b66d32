using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Calibration;
using RerankFunctions.Inference.Scoring;

namespace RerankFunctions.Tests.Inference.Scoring;

/// <summary>The order of work, with the cells of runs as the time.</summary>
public sealed class FairnessTests
{
    private static readonly ScoringRequest Bulk = new("q", []) { WorkClass = WorkClass.Bulk };

    [Theory]
    [InlineData(2, 1_000)]
    [InlineData(20, 100)]
    public void A_small_job_is_done_almost_as_soon_as_alone_while_large_ones_are_in_flight(int jobs, int documents)
    {
        int[] small = [30, 60, 90, 150, 290];
        var world = new ScoringWorld();
        var alone = Work(world, world.Add(small));
        var random = new Random(1);
        for (var job = 0; job < jobs; job++)
        {
            world.Add(Lengths(random, documents));
        }

        var ratios = new List<double>();
        for (var arrival = 0; arrival < 50; arrival++)
        {
            for (var run = 0; run < 10; run++)
            {
                world.Step();
            }

            ratios.Add(Work(world, world.Add(small)) / (double)alone);
        }

        Assert.InRange(ratios.Max(), 0, 1.25);
    }

    [Fact]
    public void A_large_job_waits_for_smaller_ones_only_twice_as_long_as_on_a_shared_device()
    {
        var world = new ScoringWorld();
        var random = new Random(2);
        var large = world.Add(Lengths(random, 100));
        var served = 0L;
        while (!large.IsComplete)
        {
            // Just as much small work as the device can do: about two jobs share it with the large one.
            for (var small = world.Add(Lengths(random, 5)); !small.IsComplete && !large.IsComplete;)
            {
                served += world.Step()!.Sum(pair => pair.Length);
            }
        }

        Assert.InRange(served, large.Tokens, (long)(ClassJobs.Patience * large.Tokens * 2) + large.Tokens + 5_000);
    }

    [Fact]
    public void Interactive_work_comes_first()
    {
        var world = new ScoringWorld();
        world.Add(Lengths(new Random(3), 100), Bulk);
        world.Step();
        var urgent = world.Add([100, 100, 100]);
        while (!urgent.IsComplete)
        {
            Assert.Contains(world.Step()!, pair => pair.Job == urgent);
        }
    }

    [Fact]
    public void Bulk_work_gets_its_share_beside_interactive_work_that_never_ends()
    {
        var world = new ScoringWorld();
        var random = new Random(4);
        var bulk = world.Add(Lengths(random, 200), Bulk);
        var (interactiveTokens, bulkTokens) = (0L, 0L);
        while (!bulk.IsComplete)
        {
            world.Add(Lengths(random, 5));
            foreach (var pair in world.Step()!)
            {
                (interactiveTokens, bulkTokens) = pair.Job == bulk
                    ? (interactiveTokens, bulkTokens + pair.Length)
                    : (interactiveTokens + pair.Length, bulkTokens);
            }

            Assert.True(
                bulkTokens >= (interactiveTokens / (WaitingSet.BulkShare - 1)) - (2 * 512),
                $"After {interactiveTokens} interactive tokens, {bulkTokens} bulk tokens ran.");
        }
    }

    [Fact]
    public void A_job_of_more_weight_ends_first()
    {
        var world = new ScoringWorld();
        var light = world.Add([.. Enumerable.Repeat(100, 50)], new ScoringRequest("q", []) { Weight = 0.25 });
        var heavy = world.Add([.. Enumerable.Repeat(100, 60)]);
        while (!heavy.IsComplete)
        {
            world.Step();
        }

        Assert.False(light.IsComplete);
    }

    [Fact]
    public void Pairs_of_all_jobs_run_together_with_hardly_any_padding()
    {
        var world = new ScoringWorld(new RunCost(FixedCells: 6, MaxTokens: 512, MaxRows: 64));
        var random = new Random(6);
        var tokens = Enumerable.Range(0, 50).Sum(_ => world.Add(Lengths(random, 10)).Tokens);
        var (cells, runs) = (0L, 0);
        while (world.Step() is { } pairs)
        {
            cells += pairs.Length * pairs.Max(pair => pair.Length);
            runs++;
        }

        Assert.InRange(cells / (double)tokens, 1, 1.05);
        Assert.InRange(runs, 100, 400);
    }

    private static int[] Lengths(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (int)(8 * Math.Pow(50, random.NextDouble())))];

    /// <returns>The cells that run until a job ends.</returns>
    private static long Work(ScoringWorld world, ScoringJob job)
    {
        var began = world.Cells;
        while (!job.IsComplete)
        {
            world.Step();
        }

        return world.Cells - began;
    }
}
