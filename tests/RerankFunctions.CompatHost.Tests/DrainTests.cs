using Azure.Storage.Queues.Models;
using RerankFunctions.Storage;

namespace RerankFunctions.CompatHost.Tests;

[Collection(OnAzurite.Name)]
public sealed class DrainTests(Azurite azurite)
{
    [Fact]
    public async Task A_request_in_work_is_told_and_still_answered()
    {
        var app = await TestApp.StartAsync(azurite);
        var told = new TaskCompletionSource();
        app.Recorder.Behaviour = async cancellationToken =>
        {
            await using var registration = cancellationToken.Register(told.SetResult);
            await told.Task;
        };
        var answer = app.Http.GetStringAsync("/api/waits");
        await app.Recorder.NextAsync<string>();

        await app.Host.StopAsync();

        Assert.Equal("waited", await answer);
        await app.DisposeAsync();
    }

    [Fact]
    public async Task The_port_closes_at_once_and_listeners_go_on_until_open_requests_have_ended()
    {
        await using var app = await TestApp.StartAsync(azurite, new() { ["CompatHost:DrainTime"] = "00:00:00" });
        var end = new TaskCompletionSource();
        app.Recorder.Behaviour = _ => end.Task;
        var queue = await app.QueueAsync("work");
        var answer = app.Http.GetStringAsync("/api/waits");
        await app.Recorder.NextAsync<string>();

        var drain = app.DrainAsync();
        using var late = new HttpClient { BaseAddress = app.Http.BaseAddress };
        await Deadline.UntilAsync(async () =>
        {
            try
            {
                using var response = await late.GetAsync("/api/items/7");
                return false;
            }
            catch (HttpRequestException)
            {
                return true;
            }
        });
        await Messages.SendAsync(queue, "late");

        Assert.Equal("late", (await app.Recorder.NextAsync<QueueMessage>()).Body.ToString());
        Assert.False(drain.IsCompleted);
        end.SetResult();
        Assert.Equal("waited", await answer);
        await drain;
    }

    [Fact]
    public async Task Functions_run_on_for_ten_seconds_before_their_tokens_and_a_message_given_back_shows_after_the_visibility_timeout()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        using var gate = azurite.OpenGate();
        await using var app = await TestApp.StartAsync(azurite, time, gate, new() { [Messages.Section + "visibilityTimeout"] = "00:00:07" });
        var cancelled = new TaskCompletionSource<DateTimeOffset>();
        app.Recorder.Behaviour = async cancellationToken =>
        {
            await using var registration = cancellationToken.Register(() => cancelled.SetResult(time.GetUtcNow()));
            await cancelled.Task;
            cancellationToken.ThrowIfCancellationRequested();
        };
        await Messages.SendAsync(await app.QueueAsync("work"), "long");
        await Deadline.UntilAsync(() => time.StepUntil(TimeSpan.FromSeconds(2), () => !app.Recorder.IsEmpty));

        var begun = time.GetUtcNow();
        var drain = app.DrainAsync();
        await Deadline.UntilAsync(() => time.StepUntil(TimeSpan.FromSeconds(1), () => cancelled.Task.IsCompleted));

        Assert.True(await cancelled.Task - begun >= TimeSpan.FromSeconds(10));
        await drain;
        Assert.Contains(gate.QueueRequests, request => Messages.IsUpdate(request, seconds: 7));
    }

    [Fact]
    public async Task A_function_that_does_not_end_is_waited_for_five_seconds_and_its_message_stays_hidden()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        using var gate = azurite.OpenGate();
        var app = await TestApp.StartAsync(azurite, time, gate);
        var deaf = new TaskCompletionSource();
        var told = new TaskCompletionSource();
        app.Recorder.Behaviour = cancellationToken =>
        {
            cancellationToken.Register(told.SetResult);
            return deaf.Task;
        };
        var queue = await app.QueueAsync("work");
        await queue.SendMessageAsync(Convert.ToBase64String("stuck"u8));
        await Deadline.UntilAsync(() => time.StepUntil(TimeSpan.FromSeconds(2), () => !app.Recorder.IsEmpty));
        await app.Recorder.NextAsync<QueueMessage>();

        var stop = app.Host.StopAsync();
        await told.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.False(stop.IsCompleted);
        await Deadline.UntilAsync(() => time.StepUntil(TimeSpan.FromSeconds(1), () => stop.IsCompleted));

        await stop;
        Assert.DoesNotContain(
            gate.QueueRequests,
            request => request.StartsWith("PUT ", StringComparison.Ordinal) && request.Contains("/messages/", StringComparison.Ordinal));
        Assert.Null((await queue.PeekMessageAsync()).Value);
        deaf.SetResult();
        await app.DisposeAsync();
    }
}
