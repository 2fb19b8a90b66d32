using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.DependencyInjection;
using RerankFunctions.CompatHost.Tests.Samples;
using RerankFunctions.Storage;

namespace RerankFunctions.CompatHost.Tests;

[Collection(OnAzurite.Name)]
public sealed class QueueTriggerTests(Azurite azurite)
{
    private const string Host = "AzureFunctionsJobHost:";
    private const string Section = Host + "extensions:queues:";

    [Fact]
    public async Task A_message_runs_the_function_hidden_for_ten_minutes_and_is_deleted()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var queue = await app.QueueAsync("work");
        await SendAsync(queue, "hello");

        var message = await app.Recorder.NextAsync<QueueMessage>();

        Assert.Equal("hello", message.Body.ToString());
        Assert.Equal(1, message.DequeueCount);
        Assert.InRange(message.NextVisibleOn!.Value - message.InsertedOn!.Value, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(12));
        await Eventually.HoldsAsync(() => IsEmptyAsync(queue));
    }

    [Fact]
    public async Task A_text_comes_with_metadata_and_the_properties_of_its_json()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var queue = await app.QueueAsync("text");
        const string Text = """{"jobId":"j1","size":3,"Id":"not the message's"}""";
        var sent = await SendAsync(queue, Text);

        var (text, dequeueCount, id) = await app.Recorder.NextAsync<(string, long, string)>();
        var data = await app.Recorder.NextAsync<IReadOnlyDictionary<string, object?>>();

        Assert.Equal((Text, 1L, sent.MessageId), (text, dequeueCount, id));
        Assert.Equal(Text, data["QueueTrigger"]);
        Assert.Equal("j1", data["jobId"]);
        Assert.Equal("3", data["size"]);
        Assert.Equal(sent.PopReceipt.Length, Assert.IsType<string>(data["PopReceipt"]).Length);
        Assert.All(["InsertionTime", "ExpirationTime", "NextVisibleTime"], name => Assert.NotNull(data[name]));
    }

    [Fact]
    public async Task A_json_message_binds_to_a_class()
    {
        await using var app = await TestApp.StartAsync(azurite);
        await SendAsync(await app.QueueAsync("order"), """{"number":12}""");
        Assert.Equal(new Order(12), await app.Recorder.NextAsync<Order>());
    }

    [Fact]
    public async Task Without_base64_texts_are_taken_as_they_are()
    {
        await using var app = await TestApp.StartAsync(azurite, new() { [Section + "messageEncoding"] = "none" });
        var queue = await app.QueueAsync("data");
        await queue.SendMessageAsync("plain");
        Assert.Equal("plain", (await app.Recorder.NextAsync<BinaryData>()).ToString());
    }

    [Fact]
    public async Task A_message_that_keeps_failing_goes_to_the_poison_queue_unchanged()
    {
        await using var app = await TestApp.StartAsync(azurite, new() { [Section + "maxDequeueCount"] = "3" });
        app.Recorder.Behaviour = _ => throw new InvalidOperationException("on purpose");
        var queue = await app.QueueAsync("work");
        await SendAsync(queue, "bad");

        for (var tries = 1; tries <= 3; tries++)
            Assert.Equal(tries, (await app.Recorder.NextAsync<QueueMessage>()).DequeueCount);

        var poisoned = await PoisonedAsync(app, "work");
        Assert.Equal(Base64("bad"), poisoned.Body.ToString());
        Assert.InRange(poisoned.ExpiresOn!.Value - poisoned.InsertedOn!.Value, TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1), TimeSpan.FromDays(7));
        await Eventually.HoldsAsync(() => IsEmptyAsync(queue));
        Assert.True(app.Recorder.IsEmpty);
    }

    [Fact]
    public async Task A_message_received_too_often_is_poisoned_without_running()
    {
        var (prefix, queue) = await PrepareAsync();
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

        await Eventually.HoldsAsync(() => gate.QueueRequests.Any(request => IsUpdate(request, seconds: 90)));
        Assert.Null((await queue.PeekMessageAsync()).Value);
    }

    [Fact]
    public async Task No_more_than_batch_size_and_threshold_are_in_flight()
    {
        var (prefix, queue) = await PrepareAsync();
        for (var i = 0; i < 12; i++)
            await SendAsync(queue, "m");
        using var go = new SemaphoreSlim(0);
        var inFlight = 0;
        var peak = 0;

        await using var app = await TestApp.StartAsync(
            azurite,
            new() { [Section + "batchSize"] = "4", [Section + "newBatchThreshold"] = "2" },
            builder => builder.Services.AddSingleton(new Recorder
            {
                Behaviour = async cancellationToken =>
                {
                    InterlockedMax(ref peak, Interlocked.Increment(ref inFlight));
                    await go.WaitAsync(cancellationToken);
                    Interlocked.Decrement(ref inFlight);
                },
            }),
            prefix: prefix);

        // A batch of four; once two are left, four more.
        await TakeAsync(4);
        go.Release(2);
        await TakeAsync(4);
        go.Release(10);
        await TakeAsync(4);
        await Eventually.HoldsAsync(() => IsEmptyAsync(queue));
        Assert.Equal(6, peak);

        async Task TakeAsync(int count)
        {
            for (var i = 0; i < count; i++)
                await app.Recorder.NextAsync<QueueMessage>();
        }
    }

    [Fact]
    public async Task A_message_in_work_is_hidden_anew_at_half_life_and_then_deleted()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        using var gate = azurite.OpenGate();
        await using var app = await StartAsync(time, gate, []);
        var end = new TaskCompletionSource();
        app.Recorder.Behaviour = _ => end.Task;
        var queue = await app.QueueAsync("work");
        await SendAsync(queue, "long");
        await Eventually.HoldsAsync(() => Step(time, TimeSpan.FromSeconds(2), () => !app.Recorder.IsEmpty));

        time.Advance(TimeSpan.FromMinutes(4));
        Assert.DoesNotContain(gate.QueueRequests, request => IsUpdate(request, seconds: 600));
        time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.HoldsAsync(() => gate.QueueRequests.Count(request => IsUpdate(request, seconds: 600)) == 1);
        await Eventually.HoldsAsync(() => Step(
            time, TimeSpan.FromMinutes(1), () => gate.QueueRequests.Count(request => IsUpdate(request, seconds: 600)) == 2));

        end.SetResult();
        await Eventually.HoldsAsync(() => IsEmptyAsync(queue));
    }

    [Fact]
    public async Task A_function_over_its_time_is_given_up_and_its_message_tried_again()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        using var gate = azurite.OpenGate();
        await using var app = await StartAsync(time, gate, new() { [Host + "functionTimeout"] = "00:00:30" });
        var told = new TaskCompletionSource();
        var deaf = new TaskCompletionSource();
        app.Recorder.Behaviour = cancellationToken =>
        {
            cancellationToken.Register(() => told.TrySetResult());
            return deaf.Task;
        };
        await SendAsync(await app.QueueAsync("work"), "slow");
        await Eventually.HoldsAsync(() => Step(time, TimeSpan.FromSeconds(2), () => !app.Recorder.IsEmpty));
        Assert.Equal(1, (await app.Recorder.NextAsync<QueueMessage>()).DequeueCount);

        app.Recorder.Behaviour = _ => Task.CompletedTask;
        await Eventually.HoldsAsync(() => Step(time, TimeSpan.FromSeconds(10), () => !app.Recorder.IsEmpty));

        Assert.Equal(2, (await app.Recorder.NextAsync<QueueMessage>()).DequeueCount);
        await told.Task.WaitAsync(TimeSpan.FromSeconds(60));
        deaf.SetResult();
    }

    [Fact]
    public async Task A_disabled_function_leaves_its_queue_alone()
    {
        using var gate = azurite.OpenGate();
        await using var app = await TestApp.StartAsync(
            azurite, new() { ["AzureWebJobs.Work.Disabled"] = "true" }, connection: gate.ConnectionString);
        await SendAsync(await app.QueueAsync("work"), "left");
        await SendAsync(await app.QueueAsync("order"), """{"number":1}""");

        await app.Recorder.NextAsync<Order>();

        Assert.DoesNotContain(gate.QueueRequests, request => request.Contains(app.Prefix + "-work/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Storage_that_is_down_at_the_start_and_later_is_waited_for()
    {
        using var gate = azurite.OpenGate();
        gate.Cut();
        await using var app = await TestApp.StartAsync(azurite, connection: gate.ConnectionString);
        Assert.Equal("item 7", await app.Http.GetStringAsync("/api/items/7"));
        var queue = await app.QueueAsync("work");
        for (var outage = 0; outage < 2; outage++)
        {
            gate.Cut();
            await SendAsync(queue, "waiting");
            gate.Mend();
            Assert.Equal("waiting", (await app.Recorder.NextAsync<QueueMessage>()).Body.ToString());
        }
    }

    [Fact]
    public async Task A_missing_setting_stops_the_start_and_is_named()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => TestApp.StartAsync(azurite, new() { ["Queue"] = "" }));
        Assert.Matches("^Function \\w+: \"%Queue%-\\w+\" names the setting Queue, which is not set.$", exception.Message);
    }

    [Theory]
    [InlineData("batchSize", "33", "extensions:queues:batchSize is \"33\"; it must be a number from 1 to 32")]
    [InlineData("visibilityTimeout", "soon", "extensions:queues:visibilityTimeout is \"soon\"; it must be a time from 00:00:00")]
    [InlineData("messageEncoding", "hex", "extensions:queues:messageEncoding is \"hex\"; it must be base64 or none")]
    public async Task A_wrong_value_in_host_json_stops_the_start_and_is_named(string name, string value, string message)
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => TestApp.StartAsync(azurite, new() { [Section + name] = value }));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outputs_go_to_queues_that_are_made_for_them_one_message_an_element()
    {
        await using var app = await TestApp.StartAsync(azurite);

        Assert.Equal("sent", await app.Http.GetStringAsync("/api/fan?words=a%20b&order=5"));

        var words = (await app.Queues.GetQueueClient($"{app.Prefix}-words").ReceiveMessagesAsync(32)).Value;
        Assert.Equal([Base64("a"), Base64("b")], words.Select(word => word.Body.ToString()).Order(StringComparer.Ordinal));
        var orders = (await app.Queues.GetQueueClient($"{app.Prefix}-orders").ReceiveMessagesAsync(32)).Value;
        Assert.Equal([Base64("""{"Number":5}""")], orders.Select(order => order.Body.ToString()));
    }

    /// <summary>The queue of an app that has not started yet.</summary>
    private async Task<(string Prefix, QueueClient Queue)> PrepareAsync()
    {
        var prefix = "q" + Guid.NewGuid().ToString("N");
        var queue = new QueueServiceClient(azurite.ConnectionString).GetQueueClient(prefix + "-work");
        await queue.CreateAsync();
        return (prefix, queue);
    }

    private Task<TestApp> StartAsync(ManualTime time, StorageGate gate, Dictionary<string, string?> settings) => TestApp.StartAsync(
        azurite, settings, builder => builder.Services.AddSingleton<TimeProvider>(time), connection: gate.ConnectionString);

    private static bool Step(ManualTime time, TimeSpan by, Func<bool> condition)
    {
        if (condition())
            return true;
        time.Advance(by);
        return condition();
    }

    private static async Task<SendReceipt> SendAsync(QueueClient queue, string text) => (await queue.SendMessageAsync(Base64(text))).Value;

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

    private static async Task<bool> IsEmptyAsync(QueueClient queue) => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount == 0;

    private static bool IsUpdate(string request, int seconds) =>
        request.StartsWith("PUT ", StringComparison.Ordinal) && request.EndsWith($"visibilitytimeout={seconds}", StringComparison.Ordinal);

    private static async Task<QueueMessage> PoisonedAsync(TestApp app, string name)
    {
        var queue = app.Queues.GetQueueClient($"{app.Prefix}-{name}-poison");
        QueueMessage? message = null;
        await Eventually.HoldsAsync(async () => await queue.ExistsAsync() && (message = (await queue.ReceiveMessageAsync()).Value) is not null);
        return message!;
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
            Interlocked.CompareExchange(ref target, value, seen);
    }
}
