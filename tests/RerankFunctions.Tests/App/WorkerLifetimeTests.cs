using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RerankFunctions.Hosting;
using RerankFunctions.Jobs.Shutdown;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.App;

public sealed class WorkerLifetimeTests
{
    [Fact]
    public void A_signal_starts_the_drain_and_the_process_ends_itself_only_at_the_end_of_the_grace()
    {
        var time = new FakeTime();
        var began = time.GetUtcNow();
        var lifetime = new FakeLifetime();
        using var drain = new Drain(time);
        using var worker = new WorkerLifetime(
            drain,
            Options.Create(new ProcessOptions { TerminationGrace = TimeSpan.FromSeconds(60) }),
            lifetime,
            time,
            NullLogger<WorkerLifetime>.Instance);

        worker.BeginDrain();
        worker.BeginDrain();
        Assert.True(drain.Started.IsCancellationRequested);

        Assert.True(time.FireNext());
        Assert.Equal(TimeSpan.FromSeconds(55), time.GetUtcNow() - began);
        Assert.True(drain.Deadline.IsCancellationRequested);
        Assert.False(lifetime.IsStopped);

        Assert.True(time.FireNext());
        Assert.Equal(TimeSpan.FromSeconds(60), time.GetUtcNow() - began);
        Assert.True(lifetime.IsStopped);
        Assert.False(time.FireNext());
    }
}
