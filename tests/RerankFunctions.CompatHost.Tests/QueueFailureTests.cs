using Azure.Storage.Queues.Models;
using RerankFunctions.Storage;
using static RerankFunctions.CompatHost.Tests.Messages;

namespace RerankFunctions.CompatHost.Tests;

[Collection(OnAzurite.Name)]
public sealed class QueueFailureTests(Azurite azurite)
{
    [Fact]
    public async Task A_message_that_keeps_failing_goes_to_the_poison_queue_unchanged()
    {
        await using var app = await TestApp.StartAsync(azurite, new() { [Section + "maxDequeueCount"] = "3" });
        app.Recorder.Behaviour = _ => throw new InvalidOperationException("on purpose");
        var queue = await app.QueueAsync("work");
        await SendAsync(queue, "bad");

        for (var tries = 1; tries <= 3; tries++)
        {
            Assert.Equal(tries, (await app.Recorder.NextAsync<QueueMessage>()).DequeueCount);
        }

        var poisoned = await PoisonedAsync(app, "work");
        Assert.Equal(Base64("bad"), poisoned.Body.ToString());
        Assert.InRange(poisoned.ExpiresOn!.Value - poisoned.InsertedOn!.Value, TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1), TimeSpan.FromDays(7));
        await Deadline.UntilAsync(() => IsEmptyAsync(queue));
        Assert.True(app.Recorder.IsEmpty);
    }

    [Fact]
    public async Task A_message_received_too_often_is_poisoned_without_running()
    {
        var (prefix, queue) = await PrepareAsync(azurite);
        await SendAsync(queue, "worn");
        for (var tries = 0; tries < 2; tries++)
        {
            var received = (await queue.ReceiveMessageAsync()).Value;
            await queue.UpdateMessageAsync(received.MessageId, received.PopReceipt, visibilityTimeout: TimeSpan.Zero);
        }

        await using var app = await TestApp.StartAsync(azurite, new() { [Section + "maxDequeueCount"] = "2" }, prefix: prefix);

        Assert.Equal(Base64("worn"), (await PoisonedAsync(app, "work")).Body.ToString());
        Assert.True(app.Recorder.IsEmpty);
    }

    [Fact]
    public async Task What_is_not_base64_goes_to_the_poison_queue_and_harms_no_neighbour()
    {
        await using var app = await TestApp.StartAsync(azurite, new() { [Section + "maxDequeueCount"] = "2" });
        var queue = await app.QueueAsync("work");
        await queue.SendMessageAsync("{not base64}");
        await SendAsync(queue, "good");

        Assert.Equal("good", (await app.Recorder.NextAsync<QueueMessage>()).Body.ToString());
        Assert.Equal("{not base64}", (await PoisonedAsync(app, "work")).Body.ToString());
    }

    [Fact]
    public async Task A_poison_queue_has_no_poison_queue()
    {
        var app = await TestApp.StartAsync(azurite, new() { [Section + "maxDequeueCount"] = "1" });
        app.Recorder.Behaviour = _ => throw new InvalidOperationException("on purpose");
        var queue = await app.QueueAsync("dead-poison");
        await SendAsync(queue, "dead");
        await app.Recorder.NextAsync<string>();
        // Stopping waits until the message is settled.
        await app.DisposeAsync();

        Assert.False(await app.Queues.GetQueueClient($"{app.Prefix}-dead-poison-poison").ExistsAsync());
        Assert.Null((await queue.PeekMessageAsync()).Value);
        Assert.False(await IsEmptyAsync(queue));
    }

    [Fact]
    public async Task A_failed_message_stays_hidden_for_the_visibility_timeout()
    {
        using var gate = azurite.OpenGate();
        await using var app = await TestApp.StartAsync(
            azurite, new() { [Section + "visibilityTimeout"] = "00:01:30" }, connection: gate.ConnectionString);
        app.Recorder.Behaviour = _ => throw new InvalidOperationException("on purpose");
        var queue = await app.QueueAsync("work");
        await SendAsync(queue, "bad");

        await app.Recorder.NextAsync<QueueMessage>();

        await Deadline.UntilAsync(() => gate.QueueRequests.Any(request => IsUpdate(request, seconds: 90)));
        Assert.Null((await queue.PeekMessageAsync()).Value);
    }

    [Fact]
    public async Task A_function_over_its_time_is_given_up_and_its_message_tried_again()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        using var gate = azurite.OpenGate();
        await using var app = await TestApp.StartAsync(azurite, time, gate, new() { ["AzureFunctionsJobHost:functionTimeout"] = "00:00:30" });
        var told = new TaskCompletionSource();
        var deaf = new TaskCompletionSource();
        app.Recorder.Behaviour = cancellationToken =>
        {
            cancellationToken.Register(() => told.TrySetResult());
            return deaf.Task;
        };
        await SendAsync(await app.QueueAsync("work"), "slow");
        await Deadline.UntilAsync(() => time.StepUntil(TimeSpan.FromSeconds(2), () => !app.Recorder.IsEmpty));
        Assert.Equal(1, (await app.Recorder.NextAsync<QueueMessage>()).DequeueCount);

        app.Recorder.Behaviour = _ => Task.CompletedTask;
        await Deadline.UntilAsync(() => time.StepUntil(TimeSpan.FromSeconds(10), () => !app.Recorder.IsEmpty));

        Assert.Equal(2, (await app.Recorder.NextAsync<QueueMessage>()).DequeueCount);
        await told.Task.WaitAsync(TimeSpan.FromSeconds(60));
        deaf.SetResult();
    }

    private static async Task<QueueMessage> PoisonedAsync(TestApp app, string name)
    {
        var queue = app.Queues.GetQueueClient($"{app.Prefix}-{name}-poison");
        QueueMessage? message = null;
        await Deadline.UntilAsync(async () => await queue.ExistsAsync() && (message = (await queue.ReceiveMessageAsync()).Value) is not null);
        return message!;
    }
}
