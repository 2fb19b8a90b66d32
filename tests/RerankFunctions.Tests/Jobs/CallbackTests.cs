using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Callbacks;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Tests.Jobs.Fakes;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

public sealed class CallbackTests
{
    private static readonly RerankRequest Request = World.Request with { CallbackUrl = new Uri("https://receiver.example/hook?token=t") };

    [Fact]
    public void An_ended_job_goes_to_its_receiver_with_the_answer() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync(Request)).Id;
        Assert.Equal(new JobCallback(CallbackStatus.Pending), (await world.ReadAsync(id)).Callback);
        await world.ProcessAsync(id);
        await DeliverAllAsync(world);

        var (address, callbackId, status) = Assert.Single(world.Account.Receivers.Calls);
        Assert.Equal(Request.CallbackUrl, address);
        Assert.Equal(id.ToString(), callbackId);
        Assert.Equal(JobState.Succeeded, status.Status);
        Assert.Equal(3, status.Results!.Count);
        var callback = (await world.ReadAsync(id)).Callback!;
        Assert.Equal((CallbackStatus.Delivered, 1, (int?)200), (callback.Status, callback.Attempts, callback.LastStatusCode));
    });

    [Fact]
    public void Also_jobs_that_fail_or_are_canceled_go_to_their_receiver() => World.Run(async world =>
    {
        var canceled = (await world.SubmitAsync(Request)).Id;
        await world.Front.Cancellation.CancelAsync(canceled, CancellationToken.None);
        var late = (await world.SubmitAsync(Request with { TimeoutSeconds = 1 })).Id;
        await world.Schedule.Delay(TimeSpan.FromMinutes(1));
        await world.Worker.Sweeper.SweepAsync(CancellationToken.None);
        await DeliverAllAsync(world);
        Assert.Equal(
            [(canceled.ToString(), JobState.Canceled), (late.ToString(), JobState.Failed)],
            world.Account.Receivers.Calls.Select(call => (call.Id, call.Status.Status)).Order());
    });

    [Fact]
    public void A_job_without_an_address_sends_no_message() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync()).Id;
        await world.ProcessAsync(id);
        Assert.Empty(world.Account.Callbacks.Sent);
        Assert.Null((await world.ReadAsync(id)).Callback);
    });

    [Fact]
    public void A_receiver_that_fails_is_called_again_after_growing_pauses_until_the_attempts_are_used_up() => World.Run(async world =>
    {
        world.Account.Receivers.Outcome = () => new CallbackOutcome("The receiver answered with an error.", 500);
        var id = (await world.SubmitAsync(Request)).Id;
        await world.ProcessAsync(id);
        var times = new List<TimeSpan>();
        for (var began = world.Schedule.Time.GetUtcNow(); world.Account.Callbacks.Count > 0;)
        {
            var calls = world.Account.Receivers.Calls.Count;
            await DeliverAsync(world);
            if (world.Account.Receivers.Calls.Count > calls)
            {
                times.Add(world.Schedule.Time.GetUtcNow() - began);
            }

            await world.Schedule.Delay(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(10, times.Count);
        var pauses = times.Zip(times.Skip(1), (before, after) => (after - before).TotalSeconds).ToList();
        Assert.InRange(pauses[0], 8, 12);
        Assert.InRange(pauses[1], 24, 33);
        Assert.InRange(pauses[^1], 2_880, 3_605);
        var callback = (await world.ReadAsync(id)).Callback!;
        Assert.Equal((CallbackStatus.Failed, 10, (int?)500), (callback.Status, callback.Attempts, callback.LastStatusCode));
        Assert.Equal("The receiver answered with an error.", callback.Error);
    });

    [Fact]
    public void A_final_refusal_ends_the_callback_and_a_pause_that_the_receiver_asks_for_is_kept() => World.Run(async world =>
    {
        var outcomes = new Queue<CallbackOutcome>(
        [
            new CallbackOutcome("The receiver answered with an error.", 503, RetryAfter: TimeSpan.FromMinutes(10)),
            new CallbackOutcome("The receiver wants no callbacks any more.", 410, IsFinal: true),
        ]);
        world.Account.Receivers.Outcome = outcomes.Dequeue;
        await world.Schedule.Delay(TimeSpan.FromMilliseconds(900));
        var id = (await world.SubmitAsync(Request)).Id;
        await world.ProcessAsync(id);
        await DeliverAsync(world);
        await world.Schedule.Delay(TimeSpan.FromSeconds(595));
        await DeliverAsync(world);
        Assert.Single(world.Account.Receivers.Calls);
        await world.Schedule.Delay(TimeSpan.FromSeconds(10));
        await DeliverAsync(world);
        Assert.Equal(CallbackStatus.Failed, (await world.ReadAsync(id)).Callback!.Status);
        Assert.Equal(0, world.Account.Callbacks.Count);
    });

    [Fact]
    public void A_message_whose_first_delivery_begins_the_call_too_late_is_not_lost() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync(Request)).Id;
        await world.ProcessAsync(id);
        var name = $"jobs/{id}/callback.json";
        world.Worker.Connection.Faults = call => call == $"create {name}" ? Fault.LostResponse : Fault.None;
        var delivery = world.Account.Callbacks.Receive(TimeSpan.FromMinutes(10), world.Schedule.Random)!;
        await World.AssertUnavailableAsync(() => world.Worker.Callbacks.ProcessAsync(delivery.Text, CancellationToken.None));
        world.Account.Callbacks.Show(delivery, TimeSpan.Zero);
        var late = world.Account.Text(name);
        world.Account.Delete(name);
        world.Worker.Connection.Faults = call =>
        {
            if (call == $"create {name}")
            {
                world.Account.Put(name, late);
            }

            return Fault.None;
        };

        await DeliverAsync(world);
        Assert.Empty(world.Account.Receivers.Calls);
        await DeliverAllAsync(world);

        Assert.Single(world.Account.Receivers.Calls);
        Assert.Equal(CallbackStatus.Delivered, (await world.ReadAsync(id)).Callback!.Status);
    });

    [Fact]
    public void Further_messages_of_a_job_make_no_further_calls() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync(Request)).Id;
        world.Account.Callbacks.Send(World.Message(id), TimeSpan.Zero);
        await DeliverAsync(world);
        Assert.Empty(world.Account.Receivers.Calls);

        await world.ProcessAsync(id);
        for (var copy = 0; copy < 5; copy++)
        {
            world.Account.Callbacks.Send(World.Message(id), TimeSpan.Zero);
        }

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => DeliverAsync(world)));
        await DeliverAllAsync(world);
        Assert.Single(world.Account.Receivers.Calls);
        Assert.Equal(0, world.Account.Callbacks.Count);
    });

    [Fact]
    public void A_crash_in_the_middle_of_a_call_repeats_it_with_the_same_id() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync(Request)).Id;
        await world.ProcessAsync(id);
        var crashing = world.Start();
        crashing.Connection.Faults = call => call == "callback" ? Fault.CrashAfter : Fault.None;
        var delivery = world.Account.Callbacks.Receive(TimeSpan.FromMinutes(10), world.Schedule.Random)!;
        _ = crashing.Callbacks.ProcessAsync(delivery.Text, CancellationToken.None);
        await world.Schedule.Delay(TimeSpan.FromMinutes(11));
        await DeliverAllAsync(world);

        Assert.Equal([id.ToString(), id.ToString()], world.Account.Receivers.Calls.Select(call => call.Id));
        Assert.Equal((CallbackStatus.Delivered, 2), ((await world.ReadAsync(id)).Callback!.Status, (await world.ReadAsync(id)).Callback!.Attempts));
    });

    [Fact]
    public void A_receiver_whose_calls_end_the_process_is_called_no_more_often_than_any_other() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync(Request)).Id;
        await world.ProcessAsync(id);
        for (var process = 0; process < 15; process++)
        {
            var crashing = world.Start();
            crashing.Connection.Faults = call => call == "callback" ? Fault.CrashAfter : Fault.None;
            _ = crashing.Callbacks.ProcessAsync(World.Message(id), CancellationToken.None);
            await world.Schedule.Delay(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(10, world.Account.Receivers.Calls.Count);
        var callback = (await world.ReadAsync(id)).Callback!;
        Assert.Equal((CallbackStatus.Failed, 10), (callback.Status, callback.Attempts));
        Assert.Equal("The last call had no outcome.", callback.Error);
    });

    [Fact]
    public void An_answer_that_is_not_readable_ends_the_callback() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync(Request)).Id;
        await world.ProcessAsync(id);
        world.Account.Put($"jobs/{id}/results/1.json", "no json");
        for (var delivery = 0; delivery < 10; delivery++)
        {
            await Assert.ThrowsAnyAsync<System.Text.Json.JsonException>(() => world.Worker.Callbacks.ProcessAsync(World.Message(id), CancellationToken.None));
            await world.Schedule.Delay(TimeSpan.FromMinutes(1));
        }

        await world.Worker.Callbacks.ProcessAsync(World.Message(id), CancellationToken.None);

        Assert.Empty(world.Account.Receivers.Calls);
        Assert.Contains("\"failed\"", world.Account.Text($"jobs/{id}/callback.json"), StringComparison.Ordinal);
    });

    [Fact]
    public void A_state_of_a_callback_that_is_not_readable_drops_its_messages() => World.Run(async world =>
    {
        var id = (await world.SubmitAsync(Request)).Id;
        await world.ProcessAsync(id);
        world.Account.Put($"jobs/{id}/callback.json", "no json");

        await DeliverAsync(world);

        Assert.Equal(0, world.Account.Callbacks.Count);
        Assert.Empty(world.Account.Receivers.Calls);
    });

    [Fact]
    public void Large_answers_are_sent_one_after_the_other() => World.Run(async world =>
    {
        var worker = world.Start(new JobsOptions { MaxJobBytes = 1_024 });
        var large = Request with { Documents = [new string('d', 700)], ReturnDocuments = true };
        for (var job = 0; job < 4; job++)
        {
            await world.ProcessAsync((await world.SubmitAsync(large)).Id);
        }

        var (underWay, most) = (0, 0);
        worker.Connection.Latency = () => TimeSpan.FromMilliseconds(100);
        worker.Connection.Faults = call =>
        {
            underWay += call.EndsWith("/results/1.json", StringComparison.Ordinal) ? 1 : 0;
            most = Math.Max(most, underWay);
            underWay -= call == "callback" ? 1 : 0;
            return Fault.None;
        };
        await Task.WhenAll(world.Account.Callbacks.Sent.ToList().Select(message => worker.Callbacks.ProcessAsync(message, CancellationToken.None)));

        Assert.Equal(4, world.Account.Receivers.Taken.Count);
        Assert.Equal(1, most);
    });

    [Fact]
    public void Neither_log_nor_messages_show_the_address() => World.Run(async world =>
    {
        world.Account.Receivers.Outcome = () => new CallbackOutcome("The receiver answered with an error.", 500);
        var id = (await world.SubmitAsync(Request)).Id;
        await world.ProcessAsync(id);
        await DeliverAsync(world);
        Assert.DoesNotContain(world.Log, line => line.Text.Contains("receiver.example", StringComparison.Ordinal));
        Assert.DoesNotContain(world.Account.Callbacks.Sent, text => text.Contains("receiver.example", StringComparison.Ordinal));
    });

    private static async Task DeliverAllAsync(World world)
    {
        while (world.Account.Callbacks.Count > 0)
        {
            await DeliverAsync(world);
            await world.Schedule.Delay(TimeSpan.FromSeconds(1));
        }
    }

    private static async Task DeliverAsync(World world)
    {
        if (world.Account.Callbacks.Receive(TimeSpan.FromMinutes(10), world.Schedule.Random) is { } delivery)
        {
            await world.Worker.Callbacks.ProcessAsync(delivery.Text, CancellationToken.None);
            world.Account.Callbacks.Delete(delivery);
        }
    }
}
