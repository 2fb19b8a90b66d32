using Azure.Storage.Queues.Models;
using Microsoft.Extensions.DependencyInjection;
using RerankFunctions.CompatHost.Tests.Samples;
using RerankFunctions.Storage;
using static RerankFunctions.CompatHost.Tests.Messages;

namespace RerankFunctions.CompatHost.Tests;

[Collection(OnAzurite.Name)]
public sealed class QueueTriggerTests(Azurite azurite)
{
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
        await Deadline.UntilAsync(() => IsEmptyAsync(queue));
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
    public async Task No_more_than_batch_size_and_threshold_are_in_flight()
    {
        var (prefix, queue) = await PrepareAsync(azurite);
        for (var i = 0; i < 12; i++)
        {
            await SendAsync(queue, "m");
        }

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

        // A batch of four. With three left nothing more is taken, although another function has the time to run; with two, four more.
        await TakeAsync(4);
        go.Release();
        await Deadline.UntilAsync(async () => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount == 11);
        await SendAsync(await app.QueueAsync("order"), """{"number":1}""");
        await app.Recorder.NextAsync<Order>();
        go.Release();
        await TakeAsync(4);
        go.Release(10);
        await TakeAsync(4);
        await Deadline.UntilAsync(() => IsEmptyAsync(queue));
        Assert.Equal(6, peak);

        async Task TakeAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                await app.Recorder.NextAsync<QueueMessage>();
            }
        }
    }

    [Fact]
    public async Task A_message_in_work_is_hidden_anew_at_half_life_and_then_deleted()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        using var gate = azurite.OpenGate();
        await using var app = await TestApp.StartAsync(azurite, time, gate, []);
        var end = new TaskCompletionSource();
        app.Recorder.Behaviour = _ => end.Task;
        var queue = await app.QueueAsync("work");
        await SendAsync(queue, "long");
        await Deadline.UntilAsync(() => time.StepUntil(TimeSpan.FromSeconds(2), () => !app.Recorder.IsEmpty));

        time.Advance(TimeSpan.FromMinutes(4));
        Assert.DoesNotContain(gate.QueueRequests, request => IsUpdate(request, seconds: 600));
        time.Advance(TimeSpan.FromMinutes(1));
        await Deadline.UntilAsync(() => gate.QueueRequests.Count(request => IsUpdate(request, seconds: 600)) == 1);
        await Deadline.UntilAsync(() => time.StepUntil(
            TimeSpan.FromMinutes(1), () => gate.QueueRequests.Count(request => IsUpdate(request, seconds: 600)) == 2));

        end.SetResult();
        await Deadline.UntilAsync(() => IsEmptyAsync(queue));
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
    public async Task Outputs_go_to_queues_that_are_made_for_them_one_message_an_element()
    {
        await using var app = await TestApp.StartAsync(azurite);

        Assert.Equal("sent", await app.Http.GetStringAsync("/api/fan?words=a%20b&order=5"));

        var words = (await app.Queues.GetQueueClient($"{app.Prefix}-words").ReceiveMessagesAsync(32)).Value;
        Assert.Equal([Base64("a"), Base64("b")], words.Select(word => word.Body.ToString()).Order(StringComparer.Ordinal));
        var orders = (await app.Queues.GetQueueClient($"{app.Prefix}-orders").ReceiveMessagesAsync(32)).Value;
        Assert.Equal([Base64("""{"Number":5}""")], orders.Select(order => order.Body.ToString()));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}
