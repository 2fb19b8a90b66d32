using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Tests.Inference.Scoring;

public sealed class ScoringStateTests
{
    private readonly ScoringWorld _world = new();

    [Fact]
    public void A_pair_that_an_urgent_job_waits_for_does_not_go_back_to_a_bulk_job()
    {
        var bulk = _world.Add([.. Enumerable.Repeat(100, 50)], new ScoringRequest("q", []) { WorkClass = WorkClass.Bulk });
        Assert.True(_world.Form());
        var shared = _world.Run.Pairs[^1];
        var small = _world.Add([100], keys: [shared.Job.Keys[shared.Index]]);
        _world.Add([.. Enumerable.Repeat(100, 50)]);

        _world.State.PutBack(_world.Run);
        _world.Step();

        Assert.True(small.Ended.IsCompletedSuccessfully);
        while (_world.Step() is not null)
        {
            Assert.DoesNotContain(shared, _world.Run.Pairs);
        }

        Assert.True(bulk.Ended.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_pair_that_has_not_enough_memory_alone_does_not_lower_the_limit_of_others()
    {
        var large = _world.Add([500]);
        Assert.True(_world.Form());
        _world.State.Fail(_world.Run, new InsufficientMemoryException());

        Assert.True(large.Ended.IsFaulted);
        Assert.False(_world.Limits.IsLowered);
    }
}
