using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RerankFunctions.Storage;

namespace RerankFunctions.CompatHost.Tests;

/// <summary>How a call ends that takes too long, or whose caller goes away.</summary>
[Collection(OnAzurite.Name)]
public sealed class HttpEndTests(Azurite azurite)
{
    [Fact]
    public async Task An_answer_ends_after_230_seconds_and_the_function_runs_on()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var app = await TestApp.StartAsync(azurite, configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        var go = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        app.Recorder.Behaviour = async cancellationToken =>
        {
            await go.Task;
            ended.SetResult();
        };
        var answer = app.Http.GetAsync("/api/waits");
        await app.Recorder.NextAsync<string>();

        time.Advance(TimeSpan.FromSeconds(229));
        Assert.False(answer.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.GatewayTimeout, await HttpAnswers.StatusAsync(answer));
        go.SetResult();
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_function_over_its_time_is_told_and_its_caller_gets_500()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var app = await TestApp.StartAsync(
            azurite, new() { ["AzureFunctionsJobHost:functionTimeout"] = "00:00:20" }, builder => builder.Services.AddSingleton<TimeProvider>(time));
        app.Recorder.Behaviour = cancellationToken => Task.Delay(Timeout.Infinite, cancellationToken);
        var answer = app.Http.GetAsync("/api/waits");
        await app.Recorder.NextAsync<string>();

        time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(HttpStatusCode.InternalServerError, await HttpAnswers.StatusAsync(answer));
    }

    [Fact]
    public async Task A_caller_that_goes_away_cancels_the_function()
    {
        await using var app = await TestApp.StartAsync(azurite);

        var told = await CallAndLeaveAsync(app);

        await told.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task The_result_for_a_caller_that_went_away_is_not_executed()
    {
        var returned = new TaskCompletionSource();
        await using var app = await TestApp.StartAsync(azurite, configure: builder => builder.UseOutermost(next => async context =>
        {
            await next(context);
            returned.TrySetResult();
        }));

        await CallAndLeaveAsync(app);

        await returned.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(app.Recorder.IsEmpty);
    }

    /// <summary>Calls a function that waits to be cancelled, and goes away.</summary>
    /// <returns>Completes when the function is cancelled.</returns>
    private static async Task<Task> CallAndLeaveAsync(TestApp app)
    {
        var told = new TaskCompletionSource();
        app.Recorder.Behaviour = async cancellationToken =>
        {
            await using var registration = cancellationToken.Register(() => told.TrySetResult());
            await told.Task;
        };
        using var leave = new CancellationTokenSource();
        var answer = app.Http.GetAsync("/api/waits", leave.Token);
        await app.Recorder.NextAsync<string>();
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        return told.Task;
    }
}
