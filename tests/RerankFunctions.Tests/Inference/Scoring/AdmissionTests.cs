using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Scoring;

namespace RerankFunctions.Tests.Inference.Scoring;

public sealed class AdmissionTests
{
    private readonly Admission _admission = new(100);

    [Fact]
    public async Task While_jobs_wait_the_last_quarter_is_for_those_that_do_not()
    {
        var first = await WaitAsync(75);
        var second = WaitAsync(10);
        Assert.False(second.IsCompleted);

        using var direct = await EnterAsync(20);
        await AssertRefusedAsync(6);
        using var small = await EnterAsync(5);
        Assert.False(second.IsCompleted);

        first.Dispose();
        using var place = await second;
    }

    [Fact]
    public async Task Jobs_that_do_not_wait_have_all_of_it_until_others_wait()
    {
        var direct = await EnterAsync(90);
        using var more = await EnterAsync(5);
        await AssertRefusedAsync(6);
        var waiting = WaitAsync(20);
        Assert.False(waiting.IsCompleted);
        await AssertRefusedAsync(5);

        direct.Dispose();
        using var place = await waiting;
        using var again = await EnterAsync(75);
    }

    [Fact]
    public async Task A_job_over_the_bound_enters_alone()
    {
        using (await EnterAsync(500))
        {
            await AssertRefusedAsync(1);
        }

        var large = await WaitAsync(500);
        var next = WaitAsync(1);
        await AssertRefusedAsync(1);
        Assert.False(next.IsCompleted);
        large.Dispose();
        using var place = await next;
    }

    [Fact]
    public async Task Interactive_jobs_enter_before_bulk_jobs_and_one_that_gives_up_leaves_its_turn()
    {
        var first = await WaitAsync(75);
        var bulk = WaitAsync(60, WorkClass.Bulk);
        using var stop = new CancellationTokenSource();
        var gone = _admission.EnterAsync(60, WorkClass.Interactive, waits: true, stop.Token);
        var interactive = WaitAsync(60);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);

        first.Dispose();

        using var place = await interactive;
        Assert.False(bulk.IsCompleted);
    }

    [Theory]
    [InlineData(WorkClass.Interactive)]
    [InlineData(WorkClass.Bulk)]
    public async Task Jobs_that_fit_pass_one_that_does_not_but_not_for_ever(WorkClass workClass)
    {
        var held = await WaitAsync(30);
        var waiting = WaitAsync(60, workClass);
        for (var passed = 0; passed < Admission.MaxPassed; passed++)
        {
            var next = WaitAsync(30);
            Assert.True(next.IsCompleted);
            Assert.False(waiting.IsCompleted);
            held.Dispose();
            held = await next;
        }

        var late = WaitAsync(30);
        Assert.False(late.IsCompleted);
        held.Dispose();

        using var place = await waiting;
        Assert.False(late.IsCompleted);
    }

    private Task<IDisposable> WaitAsync(long tokens, WorkClass workClass = WorkClass.Interactive) =>
        _admission.EnterAsync(tokens, workClass, waits: true, CancellationToken.None);

    private Task<IDisposable> EnterAsync(long tokens) => _admission.EnterAsync(tokens, WorkClass.Interactive, waits: false, CancellationToken.None);

    private Task<EngineFullException> AssertRefusedAsync(long tokens) => Assert.ThrowsAsync<EngineFullException>(() => EnterAsync(tokens));
}
