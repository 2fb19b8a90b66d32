using RerankFunctions.Jobs.Shutdown;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Jobs.Shutdown;

public sealed class DrainTests
{
    [Fact]
    public void The_deadline_of_jobs_follows_the_start()
    {
        var time = new FakeTime();
        using var drain = new Drain(time);
        var before = time.GetUtcNow();
        Assert.False(drain.Started.IsCancellationRequested);

        drain.Begin(TimeSpan.FromSeconds(20));
        Assert.True(drain.Started.IsCancellationRequested);
        Assert.False(drain.Deadline.IsCancellationRequested);

        drain.Begin(TimeSpan.Zero);
        Assert.False(drain.Deadline.IsCancellationRequested);
        Assert.True(time.FireNext());

        Assert.True(drain.Deadline.IsCancellationRequested);
        Assert.Equal(TimeSpan.FromSeconds(20), time.GetUtcNow() - before);
    }
}
