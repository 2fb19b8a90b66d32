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
        await Eventually.HoldsAsync(() => time.StepUntil(TimeSpan.FromSeconds(2), () => !app.Recorder.IsEmpty));
        await app.Recorder.NextAsync<QueueMessage>();

        var stop = app.Host.StopAsync();
        await told.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.False(stop.IsCompleted);
        await Eventually.HoldsAsync(() => time.StepUntil(TimeSpan.FromSeconds(1), () => stop.IsCompleted));

        await stop;
        Assert.DoesNotContain(gate.QueueRequests, request => request.StartsWith("PUT ", StringComparison.Ordinal) && request.Contains("/messages/", StringComparison.Ordinal));
        Assert.Null((await queue.PeekMessageAsync()).Value);
        deaf.SetResult();
        await app.DisposeAsync();
    }
}
